import { isDeepStrictEqual } from 'node:util';
import { toUndoItem, verifiedField, vouchedField } from './address-item.ts';
import type { Found, Reset } from './address-store.ts';
import type { User } from './user.ts';
import { toItem } from './user-item.ts';

/** The condition that a user has the epoch, the addresses and the ways back that were found; `foundValues` are its values. */
export const asFound = ({ user: { mobile }, undos }: Found) =>
  [
    'token_epoch = :epoch AND email = :email',
    mobile === undefined ? 'attribute_not_exists(mobile)' : 'mobile = :mobile',
    undosAsFound(undos),
  ].join(' AND ');

export const foundValues = ({ user: { tokenEpoch, email, mobile }, undos }: Found) => ({
  ':one': 1,
  ':epoch': tokenEpoch,
  ':email': email,
  ...(mobile !== undefined && { ':mobile': mobile }),
  ':found': undos.map(toUndoItem),
});

/** The condition that the ways back are those in `:found`. */
const undosAsFound = (undos: Found['undos']) => (undos.length === 0 ? '(attribute_not_exists(undos) OR undos = :found)' : 'undos = :found');

/** The update that gives a user another hash and epoch, and the mark of the address that was proved, if they are as they were found. */
export function resetting({ user, hash, proved, undos }: Reset) {
  const mark = proved && { field: proved.kind === 'email' ? 'email_key' : 'mobile', verified: verifiedField(proved.kind) };
  const sets = [
    'password = :hash, token_epoch = :next',
    ...(undos ? ['undos = :undos'] : []),
    ...(mark ? [`${mark.verified} = :yes, version = version + :one`] : []),
  ];
  const conditions = [
    'password = :old AND token_epoch = :epoch',
    ...(undos ? [undosAsFound(undos.found)] : []),
    ...(mark ? [`${mark.field} = :address`] : []),
  ];
  return {
    UpdateExpression: `SET ${sets.join(', ')}${proved ? ` REMOVE ${vouchedField(proved.kind)}` : ''}`,
    ConditionExpression: conditions.join(' AND '),
    ExpressionAttributeValues: {
      ...{ ':hash': hash, ':old': user.password, ':epoch': user.tokenEpoch, ':next': user.tokenEpoch + 1 },
      ...(undos && { ':found': undos.found.map(toUndoItem), ':undos': undos.kept.map(toUndoItem) }),
      ...(proved && { ':yes': true, ':one': 1, ':address': proved.value }),
    },
  };
}

/** The update that makes a user another, without ways back, if nothing of what it takes away has changed since. */
export function takingOver({ user: was, undos }: Found, next: User) {
  const { sets, removes, names, values } = differences(toItem(was), toItem({ ...next, version: was.version + 1 }));
  const hasPicture = was.avatar !== undefined;
  return {
    UpdateExpression: `SET ${sets.join(', ')} REMOVE ${[...removes, 'undos'].join(', ')}`,
    ConditionExpression: [
      'version = :version AND token_epoch = :epoch AND password = :password',
      hasPicture ? 'avatar = :avatar' : 'attribute_not_exists(avatar)',
      undosAsFound(undos),
    ].join(' AND '),
    ExpressionAttributeNames: names,
    ExpressionAttributeValues: {
      ...values,
      ...{ ':version': was.version, ':epoch': was.tokenEpoch, ':password': was.password, ':found': undos.map(toUndoItem) },
      ...(hasPicture && { ':avatar': was.avatar }),
    },
  };
}

/** The part of an update that makes one row another: what is set, what is removed, and the names and values of both. */
function differences(before: Readonly<Record<string, unknown>>, after: Readonly<Record<string, unknown>>) {
  const columns = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter(
    (name) => !isDeepStrictEqual(before[name], after[name]),
  );
  const set = columns.filter((name) => after[name] !== undefined);
  const place = (name: string) => `#c${columns.indexOf(name)}`;
  return {
    sets: set.map((name) => `${place(name)} = :new${columns.indexOf(name)}`),
    removes: columns.filter((name) => after[name] === undefined).map(place),
    names: Object.fromEntries(columns.map((name) => [place(name), name])),
    values: Object.fromEntries(set.map((name) => [`:new${columns.indexOf(name)}`, after[name]])),
  };
}
