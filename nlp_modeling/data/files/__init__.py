"""Reads and writes files: lines, tables, whole outputs, many processes."""
