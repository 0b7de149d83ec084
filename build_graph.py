"""The main job: annotated documents in, a knowledge graph with evidence out. See `python build_graph.py --help`."""

import sys


def main() -> None:
    """Run the build; where the packages it needs are missing, say in one line how to get them."""
    try:
        from kg.cli.build import build
    except ModuleNotFoundError as error:
        sys.exit(
            f"缺少软件包 missing package: {error.name}；请运行 run: "
            "python3 -m venv .venv && .venv/bin/pip install . && .venv/bin/python build_graph.py"
        )
    build(prog_name="build_graph.py")


if __name__ == "__main__":
    main()
