"""Prints how many inputs each file tried."""

import collections


def pytest_terminal_summary(terminalreporter):
    """Sums up the property `tried` of all tests of a file."""
    tried = collections.Counter()
    for reports in terminalreporter.stats.values():
        for report in reports:
            if getattr(report, "when", None) != "call":
                continue
            for name, value in getattr(report, "user_properties", ()):
                if name == "tried":
                    tried[report.nodeid.partition("::")[0]] += value
    for file, count in sorted(tried.items()):
        terminalreporter.write_line(f"{file}: {count:,} tried")
