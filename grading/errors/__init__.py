"""What can go wrong with grades and codes, one noun a file."""

from grading.errors.codes import CodeExpired as CodeExpired
from grading.errors.codes import CodeInForce as CodeInForce
from grading.errors.codes import CodeNotHere as CodeNotHere
from grading.errors.codes import CodeNotInForce as CodeNotInForce
from grading.errors.codes import CodeRevoked as CodeRevoked
from grading.errors.codes import CodeUnknown as CodeUnknown
from grading.errors.codes import CodeUsed as CodeUsed
from grading.errors.codes import FetchedAhead as FetchedAhead
from grading.errors.contests import StatementNotPlain as StatementNotPlain
from grading.errors.contests import StatementNotShown as StatementNotShown
from grading.errors.decisions import GradeSamePerson as GradeSamePerson
from grading.errors.facts import FactOver as FactOver
from grading.errors.simulations import NotARuleOfGrades as NotARuleOfGrades
from grading.errors.simulations import ShadowOver as ShadowOver
from grading.errors.simulations import ShadowRunning as ShadowRunning
from grading.errors.simulations import ShadowTooLong as ShadowTooLong
from grading.errors.simulations import SimulationAhead as SimulationAhead
from grading.errors.simulations import SimulationBackwards as SimulationBackwards
from grading.errors.simulations import SimulationTooLarge as SimulationTooLarge
from grading.errors.simulations import SimulationTooLong as SimulationTooLong
