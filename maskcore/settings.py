"""Settings from MASKCORE_… environment variables; read here and nowhere else."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

from pydantic import Field, HttpUrl, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict
from pydantic_settings import SettingsError as NotJsonError

from maskcore.errors import SettingsError


class Settings(BaseSettings):
    """Everything an operator can set; each field is the variable MASKCORE_<NAME IN CAPITALS>."""

    model_config = SettingsConfigDict(
        env_prefix="MASKCORE_", env_ignore_empty=True, frozen=True, extra="forbid", allow_inf_nan=False
    )

    model_dir: Path | None = Field(None, description="Model folder; empty: the promoted one, else the one that ships.")
    threads: int = Field(2, ge=1, le=64, description="Threads of one inference.")
    min_score: float = Field(0.5, ge=0, le=1, description="Lowest probability at which a face is reported.")
    max_faces: int = Field(200, ge=1, le=2000, description="Most faces reported a picture, largest first.")
    max_image_mb: float = Field(10, gt=0, description="Largest encoded picture the API takes, in megabytes.")
    max_upload_mb: float = Field(
        50, gt=0, description="Largest encoded picture the pages and the command line take, in megabytes."
    )
    max_megapixels: float = Field(25, gt=0, le=500, description="Most pixels a picture may have, in millions.")
    ice_servers: list[dict[str, Any]] = Field(
        default_factory=list, description="STUN and TURN servers for live video, as the browser's RTCIceServer list."
    )
    data_dir: Path | None = Field(
        None, description="Folder for what the app keeps, such as events; empty: the user's data folder."
    )
    database_url: SecretStr | None = Field(
        None, description="Database of events, as sqlite:////file or postgresql://…; empty: a file in the data folder."
    )
    keep_events_days: int = Field(90, ge=1, le=36500, description="Days after which events are deleted.")
    keep_pictures: bool = Field(
        False, description="Whether the history keeps a small picture of everybody's face, and its page shows it."
    )
    max_batch_images: int = Field(16, ge=1, le=1000, description="Most pictures of one /v1/batch call.")
    max_batch_mb: float = Field(50, gt=0, description="All encoded pictures of one /v1/batch call, in megabytes.")
    api_keys_file: Path | None = Field(
        None,
        description="File of API keys, a line each, as `python -m api --new-key` prints it; empty: none is asked for.",
    )
    rate_limit: str | None = Field(
        None,
        pattern=r"^[1-9]\d*/(second|minute|hour|day)$",
        description="Most API calls of a key, or of an address without one, such as 60/minute; empty: no limit.",
    )
    rate_limit_store: str = Field(
        "memory://", description="Where calls are counted; redis://… for several processes, which else count alone."
    )
    cors_origins: list[str] = Field(
        default_factory=list, description="Other sites whose pages may call the API, such as https://example.org."
    )
    proxies: int = Field(0, ge=0, le=10, description="Web servers in front whose X-Forwarded-… headers are believed.")
    cameras: dict[str, SecretStr] = Field(
        default_factory=dict, description="Cameras of the network by name: rtsp://, http:// or the path of a film."
    )
    webhook_url: HttpUrl | None = Field(None, description="Where alerts are sent to, as JSON by POST; empty: nowhere.")
    webhook_secret: SecretStr | None = Field(None, description="Secret that alerts are signed with.")
    webhook_picture_kb: int = Field(
        0, ge=0, le=500, description="Largest picture that an alert takes along, in kilobytes; 0: alerts take none."
    )
    max_video_mb: float = Field(
        200, gt=0, description="Largest film that page and API take, and a scan copies from elsewhere, in megabytes."
    )
    keep_videos_hours: float = Field(
        24, gt=0, le=24 * 365, description="Hours after which finished films of the Video page are deleted."
    )
    max_waiting_films: int = Field(
        20, ge=1, le=10_000, description="Most films of /v1/video that wait or are worked on; more are put off."
    )
    max_streams: int = Field(
        4, ge=0, le=1000, description="Most /v1/stream connections of a process; each takes one of its threads."
    )
    max_in_hand: int = Field(
        8, ge=1, le=1000, description="Most pictures and films in the hands of an API process; more are put off."
    )
    upload_patience_s: float = Field(
        30, gt=0, le=3600, description="Seconds that the API waits for the next byte of a request."
    )
    upload_deadline_s: float = Field(
        30,
        gt=0,
        le=3600,
        description="Seconds for a request's head, its body, and its answer, each; plus 1 for each 100 kB.",
    )
    data_root: Path | None = Field(
        None, description="Folder whose folders the Data page offers as data sets; empty: only sets that were sent."
    )
    max_archive_mb: float = Field(
        1000, gt=0, description="Largest ZIP file with a data set that the Data page takes, in megabytes."
    )
    max_review_mb: float = Field(
        500, ge=0, description="All pictures of the review queue, in megabytes; 0: none is taken, nobody is asked."
    )
    keep_review_days: int = Field(90, ge=1, le=36500, description="Days after which pictures leave the review queue.")
    collect_uncertain: bool = Field(
        False, description="Whether Upload and Live put faces that they can't tell into the review queue."
    )

    @property
    def data_folder(self) -> Path:
        """Where the app keeps things: `data_dir`, or the user's data folder."""
        from platformdirs import user_data_path  # the API keeps nothing and does without

        return (self.data_dir or user_data_path("maskcore", appauthor=False)).expanduser().absolute()


@lru_cache(maxsize=1)
def get_settings() -> Settings:
    """The settings of this process, read once.

    Raises:
        SettingsError: A variable has a value outside its range; the message names it.
    """
    try:
        return Settings()
    except ValidationError as error:
        lines = []
        for item in error.errors():
            name = "MASKCORE_" + "_".join(str(part) for part in item["loc"][:1]).upper()
            lines.append(f"{name}={item['input']!r} cannot be used: {item['msg']}. Change or unset the variable.")
        raise SettingsError("\n".join(lines)) from error
    except NotJsonError as error:
        name = "MASKCORE_" + str(error).split('"')[1].upper()  # the library names the field in quotation marks
        raise SettingsError(f"{name} cannot be used: expected JSON, {error.__cause__}. Change or unset it.") from error
