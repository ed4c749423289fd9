"""How each algorithm is made: one function, one file. A new one is a file and a line here."""

from training.recipes.ebike_in_elevator import ebike_in_elevator
from training.recipes.fire_smoke import fire_smoke
from training.recipes.hard_hat_vest import hard_hat_vest
from training.recipes.litter import litter
from training.recipes.person_down import person_down
from training.recipes.pothole import pothole
from training.recipes.privacy import privacy
from training.recipes.recipe import Recipe
from training.recipes.rider_helmet import rider_helmet
from training.recipes.street_objects import street_objects

RECIPES: dict[str, Recipe] = {
    "ebike-in-elevator": ebike_in_elevator,
    "fire-smoke": fire_smoke,
    "hard-hat-vest": hard_hat_vest,
    "litter": litter,
    "person-down": person_down,
    "pothole": pothole,
    "privacy": privacy,
    "rider-helmet": rider_helmet,
    "street-objects": street_objects,
}
