"""Commands whose options cost nothing where nothing is to be turned into another type.

typer turns the value of every option, those left out included, into its type with a library that takes a
tenth of a second to load. What was left out and what is text already need not be turned.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from typer.core import TyperCommand, TyperGroup

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


class QuickCommand(TyperCommand):
    """A command that takes plain values as they are."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:  # noqa: ANN401 - as click has it
        """Parse what was given."""
        _let_plain_values_be(self.get_params(ctx))
        return super().parse_args(ctx, args)


class QuickGroup(TyperGroup):
    """A group of commands whose own options take plain values as they are."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:  # noqa: ANN401 - as click has it
        """Parse what was given."""
        _let_plain_values_be(self.get_params(ctx))
        return super().parse_args(ctx, args)


def _let_plain_values_be(options: Sequence[Any]) -> None:
    for option in options:
        if not option.required and "process_value" not in vars(option):
            option.process_value = _plain_first(option, option.process_value)


def _plain_first(option: Any, turned: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:  # noqa: ANN401
    is_text = getattr(getattr(option, "type_descriptor", None), "annotation", None) is str
    many, default = option.multiple or option.nargs == -1, option.default

    def value_of(context: Any, value: Any) -> Any:  # noqa: ANN401 - as click has it
        plain = not many and (is_text and type(value) is str and value.isascii())
        unchanged = value is default and type(value) in (int, float)
        if value is not None and not plain and not unchanged:
            return turned(context, value)
        value = () if value is None and many else value
        return value if option.callback is None else option.callback(context, option, value)

    return value_of
