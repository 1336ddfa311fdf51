package io.velocitydb.client.testing;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;

/** The few forms of DER (ITU-T X.690) that a certificate is made of. */
final class Der {

  static final int SEQUENCE = 0x30;
  static final int SET = 0x31;
  static final int BOOLEAN = 0x01;
  static final int INTEGER = 0x02;
  static final int BIT_STRING = 0x03;
  static final int OCTET_STRING = 0x04;
  static final int OBJECT_IDENTIFIER = 0x06;
  static final int UTF8_STRING = 0x0C;
  static final int GENERALIZED_TIME = 0x18;
  static final int CONTEXT = 0x80;
  static final int CONTEXT_CONSTRUCTED = 0xA0;

  private Der() {}

  /** A value of that tag around the parts. */
  static byte[] of(int tag, byte[]... parts) {
    int length = 0;
    for (byte[] part : parts) {
      length += part.length;
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(tag);
    if (length < 0x80) {
      out.write(length);
    } else if (length < 0x100) {
      out.write(0x81);
      out.write(length);
    } else {
      out.write(0x82);
      out.write(length >>> 8);
      out.write(length);
    }
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }

  static byte[] integer(BigInteger number) {
    return of(INTEGER, number.toByteArray());
  }

  static byte[] bits(byte[] wholeBytes) {
    return of(BIT_STRING, new byte[] {0}, wholeBytes);
  }

  /** An object identifier, such as 2.5.4.3. */
  static byte[] oid(int... numbers) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(numbers[0] * 40 + numbers[1]);
    for (int i = 2; i < numbers.length; i++) {
      int bits = 32 - Integer.numberOfLeadingZeros(numbers[i] | 1);
      for (int shift = (bits - 1) / 7 * 7; shift > 0; shift -= 7) {
        out.write(0x80 | (numbers[i] >>> shift & 0x7F));
      }
      out.write(numbers[i] & 0x7F);
    }
    return of(OBJECT_IDENTIFIER, out.toByteArray());
  }
}
