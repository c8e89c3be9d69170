# Ceilometer's agents on one controller: files only. What is polled needs neither Nova nor Glance: every user of Keystone is
# a resource of its own, by a dynamic pollster. A stack that was created is a sample as well: since Wallaby no meter counts it.
set_options /etc/ceilometer/ceilometer.conf <<END
DEFAULT transport_url rabbit://openstack:$LAB_RABBIT_ENCODED@$LAB_MQ1_AT:5672/
DEFAULT log_dir /var/log/ceilometer
notification workers 1
coordination backend_url memcached://$LAB_CTL1_AT:11211
service_credentials auth_type password
service_credentials auth_url $LAB_IDENTITY/v3
service_credentials username ceilometer
service_credentials password $LAB_EXTRA_SERVICES
service_credentials project_name service
service_credentials project_domain_name Default
service_credentials user_domain_name Default
service_credentials region_name RegionOne
service_credentials interface internalURL
END
if odd tls; then echo 'service_credentials cafile /etc/openstack/ca.crt' | set_options /etc/ceilometer/ceilometer.conf; fi
mkdir -p /etc/ceilometer/pollsters.d /etc/ceilometer/meters.d
cat >/etc/ceilometer/polling.yaml <<'END'
---
sources:
    - name: lab
      interval: 20
      meters:
        - identity.users
END
cat >/etc/ceilometer/pollsters.d/users.yaml <<'END'
---
- name: identity.users
  sample_type: gauge
  unit: user
  endpoint_type: identity
  url_path: v3/users
  response_entries_key: users
  value_attribute: enabled
  value_mapping: {True: 1, False: 0}
  metadata_fields: [name]
END
cat >/etc/ceilometer/meters.d/stack.yaml <<'END'
---
metric:
  - name: stack.create
    event_type: orchestration.stack.create.end
    type: delta
    unit: stack
    volume: 1
    user_id: $.payload.user_identity
    project_id: $.payload.tenant_id
    resource_id: $.payload.stack_identity
END
# The default publisher of events, notifier://, fills a queue that nobody reads.
cat >/etc/ceilometer/event_pipeline.yaml <<'END'
---
sources:
    - name: event_source
      events:
          - "*"
      sinks:
          - event_sink
sinks:
    - name: event_sink
      publishers:
          - gnocchi://
END
# To the second, so that a test sees each sample by itself.
sed -i 's/^      identity.authenticate.success:$/      identity.users:\n        archive_policy_name: ceilometer-high\n      compute.regions:\n        archive_policy_name: ceilometer-high\n&/' \
    /etc/ceilometer/gnocchi_resources.yaml
chown -R root:ceilometer /etc/ceilometer/pollsters.d /etc/ceilometer/meters.d /etc/ceilometer/event_pipeline.yaml
chmod -R u=rwX,g=rX,o= /etc/ceilometer/pollsters.d /etc/ceilometer/meters.d /etc/ceilometer/event_pipeline.yaml
