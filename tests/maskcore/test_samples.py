"""The sample pictures ship with the code, small and without metadata."""

import pytest
from PIL import Image

from maskcore.samples import SAMPLES, Sample


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)
def test_a_sample_is_a_small_jpeg_without_metadata(sample: Sample) -> None:
    with Image.open(sample.path) as picture:
        assert (picture.format, picture.mode) == ("JPEG", "RGB")
        assert max(picture.size) <= 640
        assert not picture.getexif()
    assert sample.name == sample.path.stem
    assert "public domain" in sample.credit


def test_every_portrait_comes_with_and_without_a_mask() -> None:
    names = {sample.name for sample in SAMPLES}
    assert {f"{name}_masked" for name in names if not name.endswith("_masked")} <= names
    assert len(names) == len(SAMPLES) == 4
