/**
 * A webpack loader for the SDK's generated entry point: adds our workflow types to those of the user's workflowsPath.
 * An export of the user with the same name wins.
 */
module.exports = function injectWorkflows(source) {
  const { workflows } = this.getOptions();
  return `${source}
{
  const own = exports.importWorkflows;
  exports.importWorkflows = () => Object.assign({}, require(${JSON.stringify(workflows)}), own());
}
`;
};
