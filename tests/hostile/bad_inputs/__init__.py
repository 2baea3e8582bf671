"""Lists bad inputs of the programs, and what the error must say."""

from tests.hostile.bad_inputs.bad_input import BadInput
from tests.hostile.bad_inputs.flags import FLAGS
from tests.hostile.bad_inputs.presets import PRESETS
from tests.hostile.bad_inputs.questions import QUESTIONS
from tests.hostile.bad_inputs.records import RECORDS
from tests.hostile.bad_inputs.settings import SETTINGS
from tests.hostile.bad_inputs.tables import TABLES
from tests.hostile.bad_inputs.tags import TAGS
from tests.hostile.bad_inputs.texts import TEXTS
from tests.hostile.bad_inputs.vocabularies import VOCABULARIES

BAD_INPUTS: list[BadInput] = [
    *FLAGS,
    *SETTINGS,
    *TEXTS,
    *TABLES,
    *QUESTIONS,
    *TAGS,
    *RECORDS,
    *VOCABULARIES,
    *PRESETS,
]
