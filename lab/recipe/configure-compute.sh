# The polling agent of a host that is only a compute. What it polls in a cloud are instances, by Nova; here it is every region of Keystone,
# by a dynamic pollster of the agent's own namespace: nobody else polls it.
cat >/etc/ceilometer/polling.yaml <<'END'
---
sources:
    - name: lab
      interval: 20
      meters:
        - compute.regions
END
rm -f /etc/ceilometer/pollsters.d/users.yaml
cat >/etc/ceilometer/pollsters.d/regions.yaml <<'END'
---
- name: compute.regions
  namespaces: [compute]
  sample_type: gauge
  unit: region
  endpoint_type: identity
  url_path: v3/regions
  response_entries_key: regions
  value_attribute: id
  value_mapping: {RegionOne: 1}
END
# Agents of this namespace look for instances alone. What central agents find endpoints with serves here as well.
plugin=/usr/local/lib/python3.11/dist-packages/lab_endpoints-1.dist-info
mkdir -p "$plugin"
printf 'Metadata-Version: 2.1\nName: lab-endpoints\nVersion: 1\n' >"$plugin/METADATA"
printf '[ceilometer.discover.compute]\nendpoint = ceilometer.polling.discovery.endpoint:EndpointDiscovery\n' >"$plugin/entry_points.txt"
chown root:ceilometer /etc/ceilometer/pollsters.d/regions.yaml
chmod 640 /etc/ceilometer/pollsters.d/regions.yaml
start_for_good ceilometer-agent-compute.service
