"""How a figure is computed, and how sure it is. Formulas and sources: docs/figures.md.

counts are answers per value, worst first, one number for each step of the scale.
"""

from survey.figures.differences import FALSE_SHARE, WEIGHT, Difference, difference, holding, shrunken
from survey.figures.figure import SHOW_FROM, SURE_FROM, Z95, Figure
from survey.figures.measures import Measure, ces, nps, satisfied, share, smiley_index
from survey.figures.slides import SLIDE_WEIGHT, ewma
from survey.figures.spread import Days, days_of, design_effect, rho
from survey.figures.usual import FAR, Expected, chance, expected, usual_range

__all__ = [
    "FALSE_SHARE",
    "FAR",
    "SHOW_FROM",
    "SLIDE_WEIGHT",
    "SURE_FROM",
    "WEIGHT",
    "Z95",
    "Days",
    "Difference",
    "Expected",
    "Figure",
    "Measure",
    "ces",
    "chance",
    "days_of",
    "design_effect",
    "difference",
    "ewma",
    "expected",
    "holding",
    "nps",
    "rho",
    "satisfied",
    "share",
    "shrunken",
    "smiley_index",
    "usual_range",
]
