"""`make clients`: a Python and a TypeScript client are generated from the OpenAPI file and each closes a hazard.

tus-js-client, as it is published, sends photos through lines that are cut. The server is the product's own, started for
the purpose. Node is needed for TypeScript and tus-js-client only: without it they are left out and said so; with
REQUIRE_SERVICES=1 its absence is a failure.
"""

import os
import sys

from tests.clients import python_client, tus_js_client, typescript_client
from tests.clients.steps import FOLDER, Failed, say
from tests.clients.world import running


def main() -> int:
    """Return 0 when both clients, or the one that can be made here, closed their hazard."""
    node = typescript_client.available()
    if not node:
        say("Node.js (20 or later, with npm) is not here: the TypeScript client and tus-js-client are left out")
        if os.environ.get("REQUIRE_SERVICES") == "1":
            say("REQUIRE_SERVICES=1, and missing: node")
            return 1
    FOLDER.mkdir(parents=True, exist_ok=True)
    try:
        with running() as world:
            python_client.close_a_hazard(world)
            if node:
                typescript_client.close_a_hazard(world)
                tus_js_client.upload(world)
    except Failed as error:
        say(str(error))
        return 1
    say("clients: " + ("Python and TypeScript" if node else "Python") + ", each generated, type-checked, report to closed")
    return 0


if __name__ == "__main__":
    sys.exit(main())
