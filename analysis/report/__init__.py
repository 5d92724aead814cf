"""The week as a file for the meeting: gathered once, laid out as XLSX, PPTX or HTML."""
