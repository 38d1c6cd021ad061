/** What another machine calls a Pod, checked before a row is made of it: whoever lies must not break the screen. */
import type { PodObject } from '../state/pod-row.ts'

type Shape = Record<string, unknown>

/** Names have 253 characters at most, reasons a few words. */
const LONGEST = 1024

export const isObject = (value: unknown): value is Shape =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const isAbsent = (value: unknown): value is undefined => value === undefined
const isText = (value: unknown): boolean => isAbsent(value) || (typeof value === 'string' && value.length <= LONGEST)
const isNumber = (value: unknown): boolean => isAbsent(value) || typeof value === 'number'
/** Go writes a time that is not set as null. */
const isTime = (value: unknown): boolean => value === null || isText(value)
const isPart = (value: unknown, check: (part: Shape) => boolean): boolean =>
  isAbsent(value) || (isObject(value) && check(value))
const isList = (value: unknown, check: (part: Shape) => boolean): boolean =>
  isAbsent(value) || (Array.isArray(value) && value.every((each) => isObject(each) && check(each)))

export const isPod = (value: unknown): value is PodObject =>
  isObject(value) && isPart(value.metadata, isMetadata) && isPart(value.spec, isSpec) && isPart(value.status, isStatus)

const isMetadata = ({ name, namespace, annotations, ...times }: Shape): boolean =>
  isText(name) &&
  isText(namespace) &&
  isPart(annotations ?? undefined, () => true) &&
  isTime(times.creationTimestamp) &&
  isTime(times.deletionTimestamp)

const isSpec = ({ nodeName, containers, initContainers, ephemeralContainers }: Shape): boolean =>
  isText(nodeName) && [containers, initContainers, ephemeralContainers].every((list) => isList(list, isContainer))

const isContainer = ({ name, restartPolicy }: Shape): boolean => isText(name) && isText(restartPolicy)

const isStatus = ({ phase, reason, ...lists }: Shape): boolean =>
  isText(phase) &&
  isText(reason) &&
  [lists.containerStatuses, lists.initContainerStatuses, lists.ephemeralContainerStatuses].every((list) =>
    isList(list, isContainerStatus),
  )

const isContainerStatus = ({ name, restartCount, state }: Shape): boolean =>
  isText(name) && isNumber(restartCount) && isPart(state, isState)

const isState = ({ running, waiting, terminated }: Shape): boolean =>
  isPart(running, () => true) &&
  isPart(waiting, ({ reason }) => isText(reason)) &&
  isPart(terminated, ({ reason, exitCode, signal }) => isText(reason) && isNumber(exitCode) && isNumber(signal))
