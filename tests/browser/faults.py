"""What axe-core finds on a page that keeps people from using it."""

from axe_playwright_python.sync_playwright import Axe

GRAVE = ("serious", "critical")
LOOKS, PAUSE_MS = 6, 500


def faults(tab) -> list[str]:
    """Return what is found and stays: colours that fade into each other are no fault."""
    found: list[str] = []
    for _ in range(LOOKS):
        found = [
            f"{fault['id']}: {fault['help']}: {node['html'][:200]}"
            for fault in Axe().run(tab).response["violations"]
            if fault["impact"] in GRAVE
            for node in fault["nodes"]
        ]
        if not found:
            break
        tab.wait_for_timeout(PAUSE_MS)
    return found
