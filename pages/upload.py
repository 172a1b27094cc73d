"""Upload: several pictures at once, each with its faces marked, a table, and downloads."""

from __future__ import annotations

from html import escape

import streamlit as st

from maskcore.samples import SAMPLES
from pages.ui.downloads import Upload, csv_bytes, distinct_names, json_bytes, zip_bytes
from pages.ui.entry import whole_page
from pages.ui.faces import add_up, show_counts, show_faces, show_sentence
from pages.ui.options import Options, choose_input_size, choose_score
from pages.ui.pictures import TYPES, annotated_png, look_at, upload_limit_mb
from pages.ui.trouble import show_error
from pages.ui.upload_uncertain import collect_uncertain, may_collect
from pages.ui.upload_wrong import show_wrong


def choose_options() -> Options:
    with st.expander("Options", icon=":material/tune:"):
        left, right = st.columns(2)
        with left:
            score = choose_score(key="min_score")
        with right:
            return Options(score, choose_input_size(key="input_size"))


def use_samples(wanted: bool) -> None:
    st.session_state["samples"] = wanted


def receive() -> list[tuple[str, bytes]]:
    """Names and bytes of the pictures sent, or of the samples where those were asked for."""
    files = st.file_uploader(
        "Drop pictures here, or choose them", type=TYPES, accept_multiple_files=True, key="pictures",
        max_upload_size=upload_limit_mb(), on_change=use_samples, args=(False,),
    )  # fmt: skip
    if files:
        names = distinct_names([file.name for file in files])
        return [(name, file.getvalue()) for name, file in zip(names, files, strict=True)]
    if not st.session_state.get("samples"):
        st.html(
            f'<p class="mc-note">JPEG, PNG, WebP, BMP and HEIC of up to {upload_limit_mb()} MB, several at once. They '
            "are looked at on this server and forgotten when you leave, unless you give one away.</p>"
        )
        st.button("Try the four samples", icon=":material/face:", on_click=use_samples, args=(True,))
        return []
    st.button("Remove the samples", icon=":material/close:", on_click=use_samples, args=(False,))
    return [(sample.path.name, sample.path.read_bytes()) for sample in SAMPLES]


def look_at_all(pictures: list[tuple[str, bytes]], options: Options) -> list[Upload]:
    progress = st.progress(0.0)
    uploads = []
    for number, (name, data) in enumerate(pictures):
        progress.progress(number / len(pictures), f"Looking at {number + 1} of {len(pictures)}")
        uploads.append(Upload(name, data, look_at(data, options)))
    progress.empty()
    return uploads


def show_overview(uploads: list[Upload]) -> None:
    results = [upload.seen.result for upload in uploads if upload.seen.result is not None]
    refused = len(uploads) - len(results)
    pictures = f"{len(uploads)} pictures" if len(uploads) > 1 else "1 picture"
    st.subheader(f"{pictures}, {refused} not read" if refused else pictures, anchor=False)
    show_counts(add_up(result.summary for result in results))
    if len(uploads) > 1:
        with st.container(horizontal=True):
            show_downloads(uploads, "faces", key="all")
            st.download_button(
                "ZIP with pictures", lambda: zip_bytes(uploads), "faces.zip", "application/zip", key="zip_all",
                icon=":material/folder_zip:", on_click="ignore",
            )  # fmt: skip


def show_downloads(uploads: list[Upload], stem: str, *, key: str) -> None:
    st.download_button(
        "CSV", lambda: csv_bytes(uploads), f"{stem}.csv", "text/csv", key=f"csv_{key}", icon=":material/table:",
        on_click="ignore",
    )  # fmt: skip
    st.download_button(
        "JSON", lambda: json_bytes(uploads), f"{stem}.json", "application/json", key=f"json_{key}",
        icon=":material/data_object:", on_click="ignore",
    )  # fmt: skip


def show_upload(upload: Upload, number: int) -> None:
    result = upload.seen.result
    if upload.seen.error is not None or result is None:
        show_error(upload.seen.error, name=upload.name)
        return
    with st.container(border=True, key=f"picture_{number}"):
        st.html(f'<p class="mc-heading mc-name">{escape(upload.name)}</p>')
        show_sentence(result)
        left, right = st.container(key=f"both_{number}").columns(2)
        left.image(upload.seen.original_jpeg, "As sent", width="stretch", alt=f"{upload.name} as sent")
        right.image(upload.seen.annotated_jpeg, "Faces marked", width="stretch", alt=f"{upload.name}, faces marked")
        if result.faces:
            show_faces(result, key=f"faces_{number}")
            show_wrong(upload, result, number=number)
        else:
            st.html('<p class="mc-note">Is there one? Look at it larger, or show less certain faces: see Options.</p>')
        with st.container(horizontal=True):
            st.download_button(
                "Marked picture", lambda: annotated_png(upload.data, result), f"{upload.stem}.faces.png", "image/png",
                key=f"png_{number}", icon=":material/image:", on_click="ignore",
            )  # fmt: skip
            show_downloads([upload], upload.stem, key=str(number))


with whole_page():
    st.title("Check pictures", anchor=False)
    pictures = receive()
    options = choose_options()
    collecting = may_collect(key="upload_collect")
    uploads = look_at_all(pictures, options) if pictures else []
    if collecting and not st.session_state.get("samples"):
        collect_uncertain(uploads)
    if uploads:
        show_overview(uploads)
    for number, upload in enumerate(uploads):
        show_upload(upload, number)
