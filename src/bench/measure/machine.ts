// The machine and the programs of a bench, for its page: nothing that names a host or a folder.
import { spawnSync } from 'node:child_process';
import { loadavg, type as osType, release } from 'node:os';
import { describeMachine } from '../../commands/run/machine.ts';

const PACKAGES = ['postfix', 'postal', 'strace'];

/** Lines of a list: figures of one page share them. */
export function machineLines(): string[] {
  const { cpu, cores, memoryBytes, node } = describeMachine();
  const versions = PACKAGES.map((name) => `${name} ${debianVersion(name) ?? 'not there'}`);
  return [
    `- ${cpu}, ${cores} cores, ${Math.round(memoryBytes / 2 ** 30)} GiB, ${osType()} ${release()}`,
    `- Node ${node}, ${versions.join(', ')}`,
  ];
}

/** When a section was measured, and how busy the machine was. */
export function momentLine(date: Date): string {
  const loads = loadavg().map((load) => load.toFixed(2));
  return `Measured ${date.toISOString().slice(0, 10)}, load average before it ${loads.join(' ')}.`;
}

function debianVersion(name: string): string | undefined {
  const { stdout } = spawnSync('/usr/bin/dpkg-query', ['-W', name], { encoding: 'utf8' });
  return stdout?.trim().split('\t')[1];
}
