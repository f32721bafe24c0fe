import { hashInspector } from '#lib/passwords/passwords.ts';
import { dynamoArrivalStore } from '#lib/transfer/arrival-store.dynamo.ts';
import { exitCodes, Refusal } from '#local/refusal.ts';
import { attributes } from '../../project/attributes.ts';
import { withStageTables } from '../stage/stage-tables.ts';
import { showProgress } from '../terminal/progress.ts';
import { openSource } from './import/open-source.ts';
import { importOptions, importUsage, readImportOptions } from './import/options.ts';
import { openReport } from './import/report.ts';
import { runImport } from './import/run.ts';
import { interrupted, whenStopped } from './import/stopping.ts';
import { keepStrain } from './import/strain.ts';
import { jsonAbout, linesAbout } from './import/tell.ts';
import { knownPassphrase } from './passphrase.ts';
import { subcommand } from './subcommand.ts';
import { tellOfAll } from './tell-all.ts';

/** `npm run users -- import FILE`: imports the users of another system, or our own from an export. */
export const importUsers = subcommand({
  usage: importUsage,
  options: importOptions,
  words: ['FILE'],
  async run({ words: [file = ''], values, stage, region, isJson, misused }) {
    const asked = readImportOptions({ values, stage, misused }, Object.keys(attributes));
    await withStageTables(stage, region, async ({ settings, client, place }) => {
      const source = await openSource(file, { ...asked, askPassphrase: () => knownPassphrase(values['passphrase-file']) });
      const takesOthers = settings.DJANGO_ALGORITHM !== '' || settings.VERIFYING_KEY !== '' || settings.JWK_URL !== '';
      const isOldTokenHonoured = asked.oldTokens === undefined ? source.isDjango === true || takesOthers : asked.oldTokens === 'honour';
      const path = values.report ?? `${file}.report.jsonl`;
      const report = await openReport(path);
      await tellOfAll({ settings, client }, 'users_imported', asked.isDryRun);
      const stopping = whenStopped(() => console.error('\nStopping. Once more ends it at once, which does no harm either.'));
      const { error, ...came } = await runImport({
        source,
        rules: { ...asked.rules, region: settings.DEFAULT_REGION, wanted: settings.REGISTER_VERIFIED, isOldTokenHonoured },
        attributes,
        passwords: hashInspector(settings),
        store: dynamoArrivalStore(settings, client),
        strain: keepStrain(asked.rate),
        report,
        isDryRun: asked.isDryRun,
        now: new Date(),
        isStopped: stopping.isAsked,
        progressOf: (what, total) => showProgress(what, total),
      });
      stopping.forget();
      await report.close();
      const { tally } = came;
      const outcome = {
        file,
        about: source.about,
        stage,
        place,
        isDryRun: asked.isDryRun,
        isStopped: stopping.isAsked() || error !== undefined,
        report: path,
        ...came,
      };
      if (isJson) console.log(JSON.stringify(jsonAbout(outcome)));
      else for (const line of linesAbout(outcome)) console.log(line);
      if (error instanceof Refusal)
        throw new Refusal(
          `${error.message} Repeat the command to continue from there.`,
          tally.added > 0 ? exitCodes.inPart : exitCodes.refused,
        );
      if (error) throw error;
      if (stopping.isAsked()) process.exitCode = interrupted;
      else if (tally.refused > 0) process.exitCode = tally.added + tally.there > 0 ? exitCodes.inPart : exitCodes.refused;
    });
  },
});
