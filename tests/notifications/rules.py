"""Rules of who may know, for settings.NOTIFICATIONS_MAY_KNOW."""


def everybody(person_id: int, case_id: int) -> bool:
    return True


def nobody(person_id: int, case_id: int) -> bool:
    return False


def only_case_12(person_id: int, case_id: int) -> bool:
    return case_id == 12


def broken(person_id: int, case_id: int) -> bool:
    raise ZeroDivisionError("the rule itself is at fault")
