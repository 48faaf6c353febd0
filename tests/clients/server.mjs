// A service to test clients against: `lockstep run` on the built-in crash, on a free port, ended by its
// process id.  Or one that runs already: LOCKSTEP_URL, with LOCKSTEP_RUN_SECRET as it was started with.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath (new URL ('../..', import.meta.url));

// { url, secrets: { trader, operator }, account, stop () }
export async function startServer (binary = process.env.LOCKSTEP ?? root + 'build/release/lockstep') {
    const secret = process.env.LOCKSTEP_RUN_SECRET ?? 'secret-of-a-test';
    const secrets = { trader: secret + '-trader', operator: secret + '-operator' };
    if (process.env.LOCKSTEP_URL) {
        return { url: process.env.LOCKSTEP_URL, secrets, account: undefined, stop: async () => {} };
    }
    const args = ['run', '--listen', '127.0.0.1:0', '--accounts', '400', '--pace', '10', '--json'];
    const child = spawn (binary, args, {
        cwd: root, env: { ...process.env, LOCKSTEP_RUN_SECRET: secret }, stdio: ['ignore', 'pipe', 'inherit'],
    });
    const ended = new Promise ((resolve) => child.on ('exit', resolve));
    const stop = async () => {
        child.kill ('SIGINT');
        const timer = setTimeout (() => child.kill ('SIGKILL'), 20_000);
        await ended;
        clearTimeout (timer);
    };
    const found = {};
    let rest = '';
    const said = new Promise ((resolve, reject) => {
        child.on ('error', reject);
        child.on ('exit', (code) => reject (new Error (`lockstep run ended with ${code} before it served`)));
        setTimeout (() => reject (new Error ('lockstep run says no address or no trader within 60 s')), 60_000)
            .unref ();
        child.stdout.on ('data', (chunk) => {
            const lines = (rest + chunk).split ('\n');
            rest = lines.pop ();
            for (const line of lines) {
                if (!line.startsWith ('{')) continue;
                const row = JSON.parse (line);
                if (row.kind === 'service') found.url = row.url;
                if (row.kind === 'trader') found.account = row.account;
            }
            if (found.url && found.account) resolve ();
        });
    });
    try {
        await said;
    } catch (error) {
        if (child.exitCode === null) await stop ();
        throw error;
    }
    return { ...found, secrets, stop };
}
