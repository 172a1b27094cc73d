"""Pictures written as text: base64 and data URLs, in the spellings of all the languages that callers use."""

from __future__ import annotations

import base64
from urllib.parse import unquote

from api.options import shown
from api.problems import RequestError

_FROM_URL_SAFE = str.maketrans("-_", "+/")


def decode_text(text: object) -> bytes:
    """The bytes of base64 text (RFC 4648) or of a data URL (RFC 2397).

    Line breaks, the letters - and _ of URL-safe base64, and missing = at the end are allowed.

    Raises:
        RequestError: It is neither.
    """
    if not isinstance(text, str) or not text:
        came = "none" if text is None else shown(text)
        raise RequestError("image-missing", f"Expected base64 text or a data URL under the key `image`, got {came}.")
    text = text.strip()
    if text[:5].lower() == "data:":
        text = _after_comma(text)
    if text.startswith(("http://", "https://")):
        raise RequestError("base64", "`image` is no base64 but an address. Send the picture itself: none is fetched.")
    letters = "".join(text.split()).translate(_FROM_URL_SAFE).rstrip("=")
    try:
        return base64.b64decode(letters + "=" * (-len(letters) % 4), validate=True)
    except ValueError as error:
        raise RequestError(
            "base64", f"`image` is no base64: {error}. Expected the letters A-Z a-z 0-9 + / and = at the end."
        ) from error


def _after_comma(url: str) -> str:
    head, comma, text = url.partition(",")
    if not comma or not "".join(head.split()).lower().endswith(";base64"):
        raise RequestError("base64", f"Expected data:image/…;base64,… and got {shown(head)}. Encode it as base64.")
    return unquote(text)
