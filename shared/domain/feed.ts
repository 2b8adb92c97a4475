/** A live feed: where rows come from, how they are read, and how it goes. */
import type { TimeFormat } from './csv.ts';

/** `waiting`: to connect again; `paused`: by its user, or because nothing can be stored. */
export type SourceStatus = 'connecting' | 'open' | 'waiting' | 'paused' | 'ended' | 'failed';

export interface FeedCounters {
  readonly bytes: number;
  readonly rows: number;
  /** Set aside because they could not be read. */
  readonly bad: number;
  /** Lost because the source could not wait. */
  readonly dropped: number;
  readonly reconnects: number;
  /** Device time behind arrival, ms; null when rows carry no time. */
  readonly lagMs: number | null;
  /** Rows per second, recent. */
  readonly rate: number;
}

export interface SerialLine {
  /** Such as /dev/ttyUSB0 or COM3. */
  readonly path: string;
  readonly baud: number;
  readonly dataBits: 5 | 6 | 7 | 8;
  readonly parity: 'none' | 'even' | 'odd';
  readonly stopBits: 1 | 1.5 | 2;
}

export interface TcpAddress {
  readonly host: string;
  readonly port: number;
}

export interface MqttWill {
  readonly topic: string;
  readonly payload: string;
  readonly retain: boolean;
}

export type RegisterType = 'int16' | 'uint16' | 'int32' | 'uint32' | 'float32' | 'float64';

/** A value on a Modbus device: value = scale · raw. */
export interface ModbusRegister {
  readonly name: string;
  readonly table: 'holding' | 'input';
  /** 0-based, as on the wire: the register that manuals call 40001 is holding 0. */
  readonly address: number;
  readonly type: RegisterType;
  readonly scale: number;
  /** `big`: the word at the lowest address is the most significant. */
  readonly wordOrder: 'big' | 'little';
}

export type SimulatedMachine = 'pump' | 'server' | 'phone';

export type SourceConfig =
  /** A growing file: rotation and truncation are followed. `from`: of a file not seen before. */
  | { readonly kind: 'file'; readonly path: string; readonly from: 'start' | 'end' }
  /**
   * Every file of a folder that matches a pattern with * and ?, old ones first; each followed.
   * Folders in it are not looked into: a feed is one device's, and each its own.
   */
  | { readonly kind: 'folder'; readonly path: string; readonly pattern: string }
  | { readonly kind: 'stdin' }
  /** idleMs: connect again after so much silence; 0: never. */
  | ({ readonly kind: 'tcp'; readonly idleMs: number } & TcpAddress)
  | ({ readonly kind: 'tcp-listen' } & TcpAddress)
  | ({ readonly kind: 'udp' } & TcpAddress)
  /** Bodies pushed by POST or PUT, with `Authorization: Bearer <token>`. */
  | ({ readonly kind: 'http-listen'; readonly token: string } & TcpAddress)
  /** token: sent as a bearer, empty for none. */
  | { readonly kind: 'websocket'; readonly url: string; readonly token: string }
  | ({ readonly kind: 'serial' } & SerialLine)
  | ({
      readonly kind: 'mqtt';
      readonly tls: boolean;
      /** With the wildcards + and #. */
      readonly topics: readonly string[];
      readonly version: 4 | 5;
      readonly qos: 0 | 1;
      /** The broker keeps messages for it while it is away. */
      readonly clientId: string;
      readonly user: string;
      readonly password: string;
      /** A file with the certificate of the authority, PEM; empty: the system's. */
      readonly caFile: string;
      readonly will: MqttWill | null;
    } & TcpAddress)
  | {
      readonly kind: 'modbus';
      readonly link:
        ({ readonly kind: 'tcp' } & TcpAddress) | ({ readonly kind: 'rtu' } & SerialLine);
      readonly unit: number;
      readonly registers: readonly ModbusRegister[];
      readonly periodMs: number;
    }
  /** A stored stream again, `speed` times as fast as it was. */
  | { readonly kind: 'replay'; readonly stream: string; readonly speed: number }
  | {
      readonly kind: 'simulate';
      readonly machine: SimulatedMachine;
      readonly seed: number;
      readonly periodMs: number;
      readonly speed: number;
      /** Time of its first row, ms; absent: now. */
      readonly startMs?: number;
    };

export type SourceKind = SourceConfig['kind'];

/**
 * The field with the device's own time. Times of a clock that counts from the start of the device
 * come out as such: small numbers, decades before 2000.
 */
export interface DeviceTime {
  readonly field: string;
  readonly format: TimeFormat;
  /** IANA zone of times without an offset. */
  readonly timeZone: string;
}

interface TextLines {
  /** One character that ends a line; without it CR, LF or both do. */
  readonly lineEnd?: string;
}

export type FrameType =
  | 'int8'
  | 'uint8'
  | 'int16'
  | 'uint16'
  | 'int32'
  | 'uint32'
  | 'int64'
  | 'uint64'
  | 'float32'
  | 'float64';

/** value = scale · raw; an empty name skips the bytes. */
export interface FrameField {
  readonly name: string;
  readonly type: FrameType;
  readonly scale: number;
}

export type FrameCheck =
  | 'none'
  | 'sum-8'
  /** Polynomial 0x07. */
  | 'crc-8'
  /** Modbus: polynomial 0x8005 reflected, initial 0xffff. */
  | 'crc-16-modbus'
  /** CCITT-FALSE: polynomial 0x1021, initial 0xffff. */
  | 'crc-16-ccitt'
  /** IEEE 802.3. */
  | 'crc-32';

export type DecoderConfig =
  | ({
      /** CSV, TSV and their like, a row a line; quotes may hold delimiters, not line breaks. */
      readonly kind: 'delimited';
      readonly delimiter: string;
      readonly quote: string;
      readonly decimal: '.' | ',';
      /** A line of names comes first, and again whenever the names change. */
      readonly header: boolean;
      /** Names until a header says otherwise; null: none are known. */
      readonly names: readonly string[] | null;
      /** Only these columns hold numbers; null: all but the time. */
      readonly columns: readonly string[] | null;
      readonly time: DeviceTime | null;
    } & TextLines)
  /** Numbers parted by blanks, commas or semicolons; a line of words names them. */
  | ({
      readonly kind: 'numbers';
      readonly names: readonly string[] | null;
      readonly time: DeviceTime | null;
    } & TextLines)
  /** `name:value` or `name=value`, parted by blanks, commas or semicolons. */
  | ({ readonly kind: 'pairs'; readonly time: DeviceTime | null } & TextLines)
  /**
   * JSON values, one a line. Without paths every number in an object is a channel named by its
   * path, such as `motor.current` or `axes[0]`; lists of objects are many rows.
   */
  | {
      readonly kind: 'json';
      readonly paths: readonly string[] | null;
      readonly time: DeviceTime | null;
    }
  /** InfluxDB line protocol; channels are named measurement,tags.field. */
  | { readonly kind: 'influx'; readonly precision: 's' | 'ms' | 'us' | 'ns' }
  /** SenML (RFC 8428), packs in JSON. */
  | { readonly kind: 'senml' }
  | {
      /**
       * header | length? | fields | check. The check covers all before it but the header where
       * `checkFrom` is `payload`.
       */
      readonly kind: 'frames';
      /** Bytes that begin a frame, in hexadecimal: "AA55". */
      readonly header: string;
      /** A field that counts the bytes of the payload; null: the fields tell. */
      readonly length: 'uint8' | 'uint16' | null;
      readonly fields: readonly FrameField[];
      readonly byteOrder: 'little' | 'big';
      readonly check: FrameCheck;
      readonly checkFrom: 'header' | 'payload';
      readonly time: DeviceTime | null;
    };

/** What the first bytes of a feed look like to a decoder. */
export interface FormatPreview {
  /** Channels, as the device writes them. */
  readonly names: readonly string[];
  /** The first rows; t: device time, ms, NaN without one. Values in the order of the names. */
  readonly rows: readonly { readonly t: number; readonly values: readonly number[] }[];
  readonly rowCount: number;
  readonly bad: readonly { readonly text: string; readonly reason: string }[];
  readonly badCount: number;
}

export interface LearnedFormat {
  readonly config: DecoderConfig;
  readonly preview: FormatPreview;
  /** Day and month of its dates cannot be told apart; the day was taken to come first. */
  readonly ambiguousDates: boolean;
}

export type DecoderKind = DecoderConfig['kind'];
