#!/usr/bin/python3
"""Which options of a running configuration file the target release no longer knows.

Main files such as heat.conf are not conffiles: dpkg neither asks nor leaves a `.dpkg-dist` (fact 10), so nothing else
tells. An option counts as removed when the installed release's template names it and the target's does not. Options of
an authentication plugin are the plugin's: a template may list them or not, and they work either way. Values are never
printed: they may be secrets.

    option-review RUNNING INSTALLED-TEMPLATE TARGET-TEMPLATE     one JSON object
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


running, installed, target = sys.argv[1:4]
old, new = options(installed, True), options(target, True)
used = options(running, False) - of_plugins(running)
print(json.dumps({
    'removed': sorted('[%s] %s' % one for one in used & (old - new)),
    'added': sorted('[%s] %s' % one for one in new - old),
    'gone': sorted('[%s] %s' % one for one in old - new),
}))
