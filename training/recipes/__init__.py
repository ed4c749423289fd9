"""How each algorithm is made: one function, one file. A new one is a file and a line here."""

from training.recipes.recipe import Recipe
from training.recipes.rider_helmet import rider_helmet
from training.recipes.street_objects import street_objects

RECIPES: dict[str, Recipe] = {
    "rider-helmet": rider_helmet,
    "street-objects": street_objects,
}
