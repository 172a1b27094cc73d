"""The card tells what was measured, whatever the data sets were."""

from maskcore.models import SHIPPED, load_manifest
from training.evaluation.card import card_text


def test_a_model_measured_on_class_folders_alone_has_a_card():
    manifest = load_manifest(SHIPPED)
    of_all = manifest.figures["640"]
    alone = of_all | {name: {} for name in ("detection", "found", "sizes", "beside")}
    text = card_text(manifest.model_copy(update={"figures": {"640": alone}}), SHIPPED)
    assert "finding faces was not measured" in text
    assert f"| {of_all['given']['folders']['three']:.3f} |" in text


def test_the_card_that_ships_is_the_one_of_its_figures():
    assert (SHIPPED / "card.md").read_text() == card_text(load_manifest(SHIPPED), SHIPPED)
