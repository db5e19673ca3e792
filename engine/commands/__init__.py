"""The commands of `populace`. One file each: `add_arguments(parser)` and `run(arguments)`.

Their modules import nothing heavy at the top, so that ``--help`` answers at once.
"""
