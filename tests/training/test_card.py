"""What a model card says against the model."""

from scenarios.scorecard import ClassCard, Estimate, Scorecard, SliceCard, rate
from training.card import weak_spots


def card(ap50: dict[str, float], *slices: SliceCard, low: float = 0.0) -> Scorecard:
    """A scorecard on which 80 of 100 things of each class were found."""
    mean = sum(ap50.values()) / len(ap50)
    classes = {
        name: ClassCard(
            ap50=Estimate(value=value), ap50_95=None, precision=rate(80, 90), recall=rate(80, 100)
        )
        for name, value in ap50.items()
    }
    return Scorecard(
        pictures=100,
        sources=100,
        threshold=0.25,
        map50=Estimate(value=mean, low=low, high=1.0),
        map50_95=None,
        classes=classes,
        slices=slices,
        curve=(),
        budget=None,
        suggested=None,
        ms_per_picture=1.0,
    )


def light(name: str, hits: int, n: int) -> SliceCard:
    return SliceCard(by="light", name=name, pictures=n, recall=rate(hits, n), precision=None)


def test_a_slice_that_is_surely_worse_is_named() -> None:
    (said,) = weak_spots({"a/val": card({"head": 0.8}, light("dark", 20, 50))})

    assert said.startswith("**light dark** on a/val: recall 0.400")


def test_a_slice_that_may_be_as_good_is_not() -> None:
    (said,) = weak_spots({"a/val": card({"head": 0.8}, light("dark", 38, 50))})

    assert said == "No class, slice or data set stands out from the rest."


def test_too_few_things_are_called_too_few() -> None:
    (said,) = weak_spots({"a/val": card({"head": 0.8}, light("dark", 0, 5))})

    assert said == "Fewer than 30 things to tell from: a/val: light dark (5)."


def test_a_class_below_the_others_bounds_is_named() -> None:
    (said,) = weak_spots({"a/val": card({"head": 0.9, "hand": 0.3}, low=0.5)})

    assert said == "**hand** on a/val: AP50 0.300; the mean is 0.600 (0.500–1.000)."


def test_a_data_set_below_the_best_ones_bounds_is_named() -> None:
    said = weak_spots({"a/val": card({"head": 0.8}, low=0.7), "b/val": card({"head": 0.4})})

    assert said == [
        "**b/val**: mean AP50 0.400 (0.000–1.000); the best data set has 0.800 (0.700–1.000)."
    ]


def test_a_model_that_nobody_measured_says_so() -> None:
    (said,) = weak_spots({})

    assert said.startswith("It was not measured")
