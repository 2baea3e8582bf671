"""The programs: absl and gin around the package."""
