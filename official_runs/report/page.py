"""Writes a page of HTML from a template."""

import os
import pathlib

import jinja2

from nlp_modeling import files


def write_page(path: str, **values) -> None:
    """Writes the quickstart's page from its template, page.html.

    Args:
        path: Of the page.
        **values: What the template reads.
    """
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(pathlib.Path(__file__).parent),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    template = environment.get_template("page.html")
    files.make_folder(os.path.dirname(path))
    files.replace_file(path, template.render(values))
