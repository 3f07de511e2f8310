"""Errors travel between processes."""

import pickle

from pingyu.errors import PingyuError


def test_an_error_survives_pickling():
    error = PingyuError("E731", "a.jsonl", row=3, reason="no")
    again = pickle.loads(pickle.dumps(error))
    assert (type(again), again.code, again.path) == (PingyuError, "E731", "a.jsonl")
    assert str(again) == str(error)
    assert again.message == error.message
