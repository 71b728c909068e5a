import Encoding
import Testing
import TestSupport

@Suite struct Base64Tests {
    /// RFC 4648 §10.
    @Test(arguments: [
        ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="),
        ("fooba", "Zm9vYmE="), ("foobar", "Zm9vYmFy"),
    ])
    func theExamplesOfTheStandardAreReadAndWritten(plain: String, text: String) {
        let plain = Array(plain.utf8)
        let unpadded = text.filter { $0 != "=" }
        #expect(Base64.encode(plain) == text)
        #expect(Base64.decode(text) == plain)
        #expect(Base64.encodeURL(plain) == unpadded)
        #expect(Base64.decodeURL(unpadded) == plain)
    }

    @Test func theAlphabetsDifferInTheirLastTwoCharactersOnly() {
        let numbers: [UInt8] = [
            0x00, 0x10, 0x83, 0x10, 0x51, 0x87, 0x20, 0x92, 0x8b, 0x30, 0xd3, 0x8f, 0x41, 0x14,
            0x93, 0x51, 0x55, 0x97, 0x61, 0x96, 0x9b, 0x71, 0xd7, 0x9f, 0x82, 0x18, 0xa3, 0x92,
            0x59, 0xa7, 0xa2, 0x9a, 0xab, 0xb2, 0xdb, 0xaf, 0xc3, 0x1c, 0xb3, 0xd3, 0x5d, 0xb7,
            0xe3, 0x9e, 0xbb, 0xf3, 0xdf, 0xbf,
        ]
        let common = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
        #expect(Base64.encode(numbers) == common + "+/")
        #expect(Base64.encodeURL(numbers) == common + "-_")
        #expect(Base64.decode(common + "-_") == nil)
        #expect(Base64.decodeURL(common + "+/") == nil)
        #expect(Base64.decode(common + "+/") == numbers)
        #expect(Base64.decodeURL(common + "-_") == numbers)
    }

    @Test(arguments: [
        "Zg", "Zg=", "Zg===", "Zm8", "Zm8==", "=", "==", "====", "Zm9v====", "Zg==Zg==", "Z===",
        "Zm9v\n", " Zm9v", "Zm9v ", "Zm\r\n9v", "Z", "Zm9vY", "Zm=v", "Zm9\u{e9}",
    ])
    func textsThatAreNotExactAreRefused(text: String) {
        #expect(Base64.decode(text) == nil)
    }

    @Test(arguments: ["Zg==", "Zg=", "Z", "Zm9vY", "Zm8\n"])
    func unpaddedTextsThatAreNotExactAreRefused(text: String) {
        #expect(Base64.decodeURL(text) == nil)
    }

    /// Of the characters that could end a text, only those with zero bits to spare may.
    @Test func theBitsBeyondTheLastByteMustBeZero() {
        let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
        let oneByte = alphabet.filter { Base64.decode("Z\($0)==") != nil }
        let twoBytes = alphabet.filter { Base64.decode("Zm\($0)=") != nil }
        #expect(oneByte == "AQgw")
        #expect(twoBytes == "AEIMQUYcgkosw048")
    }

    @Test func everyLengthComesBack() {
        var random = SeededRandom(seed: 64)
        for _ in 0..<500 {
            let plain = random.bytes(upTo: 100)
            #expect(Base64.decode(Base64.encode(plain)) == plain)
            #expect(Base64.decodeURL(Base64.encodeURL(plain)) == plain)
            #expect(Base64.encodeUTF8(plain) == Array(Base64.encode(plain).utf8))
        }
    }
}
