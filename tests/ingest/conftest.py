from tests.ingest.files import in_process

__all__ = ["in_process"]
