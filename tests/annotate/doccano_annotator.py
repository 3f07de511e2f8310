"""Runs in the environment of doccano-client: one call a line in, its result a line out, as JSON."""

import json
import sys

from doccano_client import DoccanoClient


def plain(value):
    if hasattr(value, "dict"):
        return json.loads(value.json())
    if isinstance(value, (str, int, float, type(None))):
        return value
    return [plain(item) for item in value]


client = None
for line in sys.stdin:
    method, args, kwargs = json.loads(line)
    try:
        if method == "login":
            client = DoccanoClient(args[0])
            result = client.login(*args[1:])
        else:
            result = plain(getattr(client, method)(*args, **kwargs))
        answer = {"result": result}
    except Exception as error:  # told to the test
        answer = {"error": f"{type(error).__name__}: {error}"}
    print(json.dumps(answer), flush=True)
