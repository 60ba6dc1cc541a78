"""Templates computed for many scenarios at once: as the engine does it, and what is left to it."""

import re
import sys
from pathlib import Path

import numpy as np
import plan
import pytest
import xlsxwriter

from bbxl import presets
from bbxl.batch import computed, generate, run
from bbxl.batch.computed import Computed
from bbxl.batch.fill import Filler, Job
from bbxl.batch.template import Template
from bbxl.batch.values import Engine
from bbxl.batch.vectors import operators
from bbxl.batch.vectors.formulas import Program
from bbxl.batch.vectors.values import unsure, values_of
from bbxl.errors import UserError
from bbxl.xlsx.package import Package
