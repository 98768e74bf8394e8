"""One function for each thing that people do to a case; the only callers of its transitions.

Each takes the case, who does it (`by`) and when (`at`, an aware moment), runs in one transaction with the
case's row locked, checks the right, and writes the record entry and the messages.  They raise NotAllowed,
WrongState or RuleViolation with words for the person; then nothing has changed.
"""

from cases.services.dates import case_answer_extension, case_extend_date, case_set_date
from cases.services.deciding import DecisionText, case_convene_panel, case_decide
from cases.services.drafting import case_discard_draft, case_save_draft, case_start_draft
from cases.services.ending import case_reopen, case_withdraw
from cases.services.escalating import case_approve, case_ask_to_escalate, case_move_at_once, case_return
from cases.services.raising import case_raise
from cases.services.recording import case_give_view, case_record_discussion
from cases.services.resolving import PlannedAction, case_answer_resolution, case_propose_resolution

__all__ = [
    "DecisionText",
    "PlannedAction",
    "case_answer_extension",
    "case_answer_resolution",
    "case_approve",
    "case_ask_to_escalate",
    "case_convene_panel",
    "case_decide",
    "case_discard_draft",
    "case_extend_date",
    "case_give_view",
    "case_move_at_once",
    "case_propose_resolution",
    "case_raise",
    "case_record_discussion",
    "case_reopen",
    "case_return",
    "case_save_draft",
    "case_set_date",
    "case_start_draft",
    "case_withdraw",
]
