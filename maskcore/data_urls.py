"""Pictures inside a text, such as a page or a JSON answer."""

from __future__ import annotations

import base64


def data_url(picture: bytes, *, kind: str = "image/jpeg") -> str:
    """An encoded picture as a data URL (RFC 2397).

    Args:
        picture: The file's bytes.
        kind: Its media type.
    """
    return f"data:{kind};base64,{base64.b64encode(picture).decode()}"
