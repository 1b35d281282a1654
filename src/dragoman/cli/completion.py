"""`dragoman completion`: what a shell has to know to complete commands and options."""

import click
from click.shell_completion import get_completion_class

SHELLS = ("bash", "zsh", "fish")

EXAMPLES = """\b
Once, for good:
  bash  dragoman completion bash >> ~/.bashrc
  zsh   dragoman completion zsh >> ~/.zshrc
  fish  dragoman completion fish > ~/.config/fish/completions/dragoman.fish"""


@click.command(short_help="Print a shell's completion of these commands.", epilog=EXAMPLES)
@click.argument("shell", type=click.Choice(SHELLS))
def completion(shell: str) -> int:
    """Print what makes a shell complete commands, options and files with the tab key."""
    from dragoman.cli.main import root

    kind = get_completion_class(shell)
    assert kind is not None
    click.echo(kind(root, {}, "dragoman", "_DRAGOMAN_COMPLETE").source())
    return 0
