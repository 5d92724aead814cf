"""The app: `streamlit run streamlit_app.py`."""

from __future__ import annotations

PAGES = (
    ("overview", True), ("touchpoints", False), ("drivers", False), ("voice", False), ("complaints", False),
    ("stores", False), ("staff", False), ("customers", False), ("actions", False), ("data", False), ("meeting", False),
)


def main() -> None:
    """Page settings, navigation, and the page that was asked for."""
    import logging

    import streamlit as st

    from analysis.errors import XinshengError, log_failure
    from analysis.i18n import say
    from dashboard import components, data, help, language, theme, tour

    language.settle()
    st.set_page_config(page_title=say("app.name"), page_icon="static/brand-icon.svg", layout="wide")
    components.apply_style()
    dark = theme.tokens() is theme.DARK
    st.logo("static/brand-dark.svg" if dark else "static/brand.svg", size="large")
    page = st.navigation(
        [
            st.Page(f"dashboard/pages/{name}.py", title=say(f"screen.pages.{name}"), url_path=name, default=first)
            for name, first in PAGES
        ],
        position="top",
    )
    with st.container(key="corner", horizontal=True, vertical_alignment="center", gap="small"):
        help.control()
        language.switch()
    try:
        data.warehouse()
    except XinshengError as error:
        components.refusal(say("screen.common.store_refused"), say(error.key, **error.values))
        return
    try:
        # Places of their own for what comes and goes: a page that is drawn anew keeps its own place below them, and
        # nothing of the last drawing stands in the middle of the next.
        reading, touring = st.container(), st.container()
        with reading:
            components.reading_strip(data.reading)
        if page.url_path != "meeting":
            with touring:
                tour.card()
        page.run()
    except XinshengError as error:
        components.refusal(say("screen.common.failed"), say(error.key, **error.values))
    except Exception as error:
        # Streamlit's own box speaks English and may offer to send the error elsewhere.
        log_failure(logging.getLogger(__name__), "A page failed", error)
        components.refusal(say("screen.common.failed"), say("screen.common.failed_body"))


# The child processes that read files and comments import this file under another name; they need
# none of the screen, so nothing is imported above.
if __name__ == "__main__":
    main()
