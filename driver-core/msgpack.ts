/**
 * Reads the part of MessagePack that code objects describe their kernels in: maps, arrays, strings, integers, booleans.
 *
 * Bounded in depth and by the input's own length; anything malformed is `undefined`, never a throw: metadata helps, it
 * is not needed to run a kernel.
 */

export type MsgValue = string | number | boolean | null | MsgValue[] | Map<string, MsgValue>;

const MOST_DEPTH = 16;

/** The value at the start of `bytes`, or undefined where they hold none that this reader knows. */
export function readMsgpack(bytes: Uint8Array): MsgValue | undefined {
  const reader = new Reader(bytes);
  try {
    return reader.value(0);
  } catch {
    return undefined;
  }
}

class Reader {
  private at = 0;
  private readonly bytes: Uint8Array;
  private readonly view: DataView;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  value(depth: number): MsgValue {
    if (depth > MOST_DEPTH) throw new RangeError('too deep');
    const tag = this.unsigned(1);
    if (tag < 0x80) return tag;
    if (tag < 0x90) return this.map(tag & 0xf, depth);
    if (tag < 0xa0) return this.array(tag & 0xf, depth);
    if (tag < 0xc0) return this.text(tag & 0x1f);
    if (tag >= 0xe0) return tag - 0x100;
    switch (tag) {
      case 0xc0:
        return null;
      case 0xc2:
        return false;
      case 0xc3:
        return true;
      case 0xcc:
        return this.unsigned(1);
      case 0xcd:
        return this.unsigned(2);
      case 0xce:
        return this.unsigned(4);
      case 0xcf:
        return this.unsigned(4) * 0x1_0000_0000 + this.unsigned(4);
      case 0xd0:
        return (this.unsigned(1) << 24) >> 24;
      case 0xd1:
        return (this.unsigned(2) << 16) >> 16;
      case 0xd2:
        return this.unsigned(4) | 0;
      case 0xd9:
        return this.text(this.unsigned(1));
      case 0xda:
        return this.text(this.unsigned(2));
      case 0xdb:
        return this.text(this.unsigned(4));
      case 0xdc:
        return this.array(this.unsigned(2), depth);
      case 0xdd:
        return this.array(this.unsigned(4), depth);
      case 0xde:
        return this.map(this.unsigned(2), depth);
      case 0xdf:
        return this.map(this.unsigned(4), depth);
      default:
        throw new RangeError(`tag ${tag}`);
    }
  }

  private unsigned(bytes: 1 | 2 | 4): number {
    const at = this.take(bytes);
    return bytes === 1 ? this.bytes[at]! : bytes === 2 ? this.view.getUint16(at) : this.view.getUint32(at);
  }

  private text(length: number): string {
    const at = this.take(length);
    let text = '';
    for (let i = 0; i < length; i++) text += String.fromCharCode(this.bytes[at + i]!);
    return text;
  }

  private array(count: number, depth: number): MsgValue[] {
    if (count > this.bytes.length) throw new RangeError('longer than its bytes');
    return Array.from({ length: count }, () => this.value(depth + 1));
  }

  private map(count: number, depth: number): Map<string, MsgValue> {
    if (count > this.bytes.length) throw new RangeError('longer than its bytes');
    const map = new Map<string, MsgValue>();
    for (let i = 0; i < count; i++) {
      const key = this.value(depth + 1);
      map.set(String(key), this.value(depth + 1));
    }
    return map;
  }

  private take(bytes: number): number {
    const at = this.at;
    if (at + bytes > this.bytes.length) throw new RangeError('past the end');
    this.at += bytes;
    return at;
  }
}
