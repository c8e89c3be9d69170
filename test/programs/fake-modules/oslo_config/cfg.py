"""A fake of oslo.config: reads the first configuration file, and knows options as plain strings."""

import configparser


class StrOpt:
    def __init__(self, name, secret=False):
        self.name = name


class Group:
    pass


class ConfigOpts:
    def __init__(self):
        self.wanted = []

    def register_opts(self, options, group=None):
        self.wanted += [(group, option.name) for option in options]

    def __call__(self, args, default_config_files, default_config_dirs):
        # Like oslo.config: the section DEFAULT is one like others, and a percent sign is a character.
        file = configparser.RawConfigParser(default_section='')
        file.read(default_config_files[0])
        for group, name in self.wanted:
            if group is not None and not hasattr(self, group):
                setattr(self, group, Group())
            place = self if group is None else getattr(self, group)
            setattr(place, name, file.get(group or 'DEFAULT', name, fallback=None))

    def __getitem__(self, group):
        return getattr(self, group)
