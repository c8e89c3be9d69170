#!/usr/bin/python3
"""Which options of a running configuration file the target release no longer knows.

Main files such as heat.conf are not conffiles: dpkg neither asks nor leaves a `.dpkg-dist` (fact 10), so nothing else
tells. An option counts as removed when the installed release's template names it and the target's does not. Options of
an authentication plugin are the plugin's: a template may list them or not, and they work either way. Values are never
printed: they may be secrets.

    option-review RUNNING INSTALLED-TEMPLATE TARGET-TEMPLATE LIST     one JSON object, and LIST for people
"""

import json
import re
import sys

# Of keystoneauth's password plugins, with their older names, for a host whose Python has no keystoneauth1.
PASSWORD_OPTIONS = set('''auth_type auth_plugin auth_section auth_url username user_name user_id password project_name
    project_id tenant_name tenant_id project_domain_name project_domain_id user_domain_name user_domain_id domain_name
    domain_id default_domain_name default_domain_id system_scope trust_id'''.split())


def lines(path, commented):
    """Yields (section, option, value)."""
    section = 'DEFAULT'
    for line in open(path, encoding='utf-8', errors='replace'):
        header = re.match(r'\[([^\]]+)\]', line)
        if header:
            section = header[1].strip()
        option = re.match(r'(#?)([A-Za-z][\w.-]*)\s*%s\s*(.*?)\s*$' % ('=' if line[:1] == '#' else '[=:]'), line)
        if option and (commented or not option[1]):
            yield section, option[2], option[3]


def options(path, commented):
    return {(section, option) for section, option, _ in lines(path, commented)}


def of_plugin(name):
    """Names that an authentication plugin reads, as the installed keystoneauth1 loads it."""
    try:
        from keystoneauth1 import loading
        loaded = loading.get_auth_common_conf_options() + loading.get_auth_plugin_conf_options(name)
    except Exception:  # no such library here, or no such plugin
        return PASSWORD_OPTIONS
    deprecated = {old.name for one in loaded for old in one.deprecated_opts if old.name}
    return {name.replace('-', '_') for name in {one.dest for one in loaded} | deprecated} | {'auth_plugin'}


def of_plugins(path):
    """Every option of the running file that belongs to the plugin which its section names."""
    running = list(lines(path, False))
    plugins = {section: value for section, option, value in running if option in ('auth_type', 'auth_plugin')}
    sections = {value for _, option, value in running if option == 'auth_section'}
    names = {section: of_plugin(plugins.get(section, 'password')) for section in {*plugins, *sections}}
    return {(section, option) for section, option, _ in running if option in names.get(section, ())}


def defaults(path):
    """What a template says of each option: `#option = default`, once. Its examples may name an option again."""
    first = {}
    for section, option, value in lines(path, True):
        first.setdefault((section, option), value)
    return first


def name(option):
    return '[%s] %s' % option


running, installed, target, listed = sys.argv[1:5]
old, new = defaults(installed), defaults(target)
set_here = options(running, False)
removed = sorted((set_here - of_plugins(running)) & (old.keys() - new.keys()))
added, gone = sorted(new.keys() - old.keys()), sorted(old.keys() - new.keys())
changed = [one for one in sorted(old.keys() & new.keys()) if old[one] != new[one]]
with open(listed, 'w', encoding='utf-8') as text:
    for title, rows in (
            ('Set in %s, and gone in the new release' % running, [name(one) for one in removed]),
            ('Other defaults, not set in %s: they change by themselves' % running,
             ['%s: %s becomes %s' % (name(one), old[one], new[one]) for one in changed if one not in set_here]),
            ('Other defaults, set in %s: it decides' % running,
             ['%s: %s becomes %s' % (name(one), old[one], new[one]) for one in changed if one in set_here]),
            ('New options', ['%s = %s' % (name(one), new[one]) for one in added]),
            ('Options that are gone', [name(one) for one in gone])):
        text.write('%s: %d\n%s\n' % (title, len(rows), ''.join('    %s\n' % row for row in rows)))
print(json.dumps({
    'removed': [name(one) for one in removed],
    'added': [name(one) for one in added],
    'gone': [name(one) for one in gone],
    'changed': [{'option': name(one), 'from': old[one], 'to': new[one], 'isSet': one in set_here} for one in changed],
}))
