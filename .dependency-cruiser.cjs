/**
 * The walls between the rooms (see ARCHITECTURE.md). A room not named in `may` is out of reach.
 * Reachability is checked too: no path, however long, leads from driver-core to a model or back.
 */
const rooms = {
  registers: [],
  pcie: [],
  trace: ['pcie', 'registers'],
  'driver-core': ['pcie', 'registers'],
  sim: ['pcie', 'registers', 'trace'],
  'hw-models/exec': ['sim'],
  'hw-models/rdna3': ['sim', 'hw-models/exec', 'registers', 'pcie'],
  'transport/local': ['pcie', 'registers', 'sim', 'trace'],
  'transport/remote': ['pcie', 'trace'],
  serve: ['pcie', 'sim', 'trace'],
};

const inside = (room) => `^${room}/`;
const tests = '\\.test\\.ts$|/testing/';

module.exports = {
  forbidden: [
    ...Object.entries(rooms).map(([room, may]) => ({
      name: `wall-${room.replace('/', '-')}`,
      severity: 'error',
      comment: `${room} may import ${may.length === 0 ? 'nothing' : may.join(', ')}`,
      from: { path: inside(room), pathNot: tests },
      to: {
        path: '^(registers|pcie|trace|sim|driver-core|hw-models|transport|serve|conformance|cli|inspector)/',
        pathNot: [room, ...may].map(inside),
      },
    })),
    {
      name: 'driver-reaches-no-model',
      severity: 'error',
      comment: 'the driver and the models meet in pcie and registers only',
      from: { path: '^driver-core/', pathNot: tests },
      to: { path: '^(hw-models|sim)/', reachable: true },
    },
    {
      name: 'model-reaches-no-driver',
      severity: 'error',
      comment: 'the driver and the models meet in pcie and registers only',
      from: { path: '^(hw-models|sim|serve)/', pathNot: tests },
      to: { path: '^driver-core/', reachable: true },
    },
    {
      name: 'driver-runs-in-a-browser',
      severity: 'error',
      comment: 'driver-core uses no node: module',
      from: { path: '^(driver-core|pcie|registers)/', pathNot: tests },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'no-cycles',
      severity: 'error',
      from: { pathNot: tests },
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { extensions: ['.ts', '.js', '.json'] },
  },
};
