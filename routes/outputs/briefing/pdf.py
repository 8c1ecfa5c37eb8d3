"""A briefing as PDF, by WeasyPrint."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, NoReturn

from routes.errors import RoutesError
from routes.outputs.briefing.html import as_html
from routes.support.extras import missing

if TYPE_CHECKING:
    from routes.outputs.documents.text_blocks import Briefing


def as_pdf(brief: Briefing) -> bytes:
    """Write tagged PDF (PDF/UA-1); its identifier and dates come from the content, not from the clock.

    Raises
    ------
    RoutesError
        If WeasyPrint, or the system library Pango that it draws with, is not installed.
    """
    try:
        from weasyprint import HTML
    except (ImportError, OSError) as error:
        raise RoutesError(
            f"{missing('PDF', 'weasyprint', 'pdf')} It needs the system library Pango, too: on Debian apt "
            "install libpango-1.0-0 libpangoft2-1.0-0. Or write --format html and print it."
        ) from error
    page = as_html(brief)
    identity = hashlib.sha256(page.encode()).hexdigest()[:32].encode()
    written = HTML(string=page, url_fetcher=_refuse, base_url=None).write_pdf(
        pdf_identifier=identity, pdf_variant="pdf/ua-1"
    )
    return bytes(written)


def _refuse(url: str, *_: object, **__: object) -> NoReturn:
    """Fetch nothing, wherever it may lie."""
    message = f"a briefing loads nothing, but something asked for {url[:80]}"
    raise ValueError(message)
