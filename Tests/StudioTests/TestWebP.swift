import Foundation
import TestSupport

/// Small pictures as Pillow 13.0 saves them in WebP: blocks of grey waves, 128 by 96 pixels.
enum TestWebP {
    /// Lossy, at quality 60.
    static let lossy = bytes(
        """
        UklGRhQBAABXRUJQVlA4IAgBAAAQDACdASqAAGAALoVarVaipycnBwCES0g3xyh2olAdcNZLor9sLgN0C+Afwb8R
        vyY1wz+Jfyz8cf5n+1+3/7P/mgPwz+JfkT/af////wDdWtNz8ldoX1luUzijP58jhHSgpuCGz6FZRnAA/vDvd6es
        /DMvyte6RUyPbmqp27SP4sxghA05MdqKvXQr8eSK0l/FnyFqmEhgs4HjbnHHaRVRCy8c5CcpaRJ66VrCN2Aq2uSe
        gSjPXN7xuJ1tYSJgOZiARdES9p6LwCmeAvhail8C1h4Z6bGNrMog9BIPPjv+4mjsbtA95DxYxXTSOhkP44+otkF/
        //m8rlmX60/JZ+wJ6KfHwREEkAA=
        """)

    /// The same with EXIF that turns it by 90 degrees with the clock.
    static let turned = bytes(
        """
        UklGRkgBAABXRUJQVlA4WAoAAAAIAAAAfwAAXwAAVlA4IAgBAAAQDACdASqAAGAALoVarVaipycnBwCES0g3xyh2
        olAdcNZLor9sLgN0C+Afwb8RvyY1wz+Jfyz8cf5n+1+3/7P/mgPwz+JfkT/af////wDdWtNz8ldoX1luUzijP58j
        hHSgpuCGz6FZRnAA/vDvd6es/DMvyte6RUyPbmqp27SP4sxghA05MdqKvXQr8eSK0l/FnyFqmEhgs4HjbnHHaRVR
        Cy8c5CcpaRJ66VrCN2Aq2uSegSjPXN7xuJ1tYSJgOZiARdES9p6LwCmeAvhail8C1h4Z6bGNrMog9BIPPjv+4mjs
        btA95DxYxXTSOhkP44+otkF///m8rlmX60/JZ+wJ6KfHwREEkABFWElGGgAAAE1NACoAAAAIAAEBEgADAAAAAQAG
        AAAAAAAA
        """)

    /// Lossless, and more opaque from left to right.
    static let alpha = bytes(
        """
        UklGRmQBAABXRUJQVlA4TFgBAAAvf8AXEE0ISRAw+/+yzRzR/yTdBVzbto09J7adVLb9Ask7p7ZtVrbtZGV/+P/q
        NhEEkrbQ747bthEkuQDffQRnpwOb9Tf9oWAgFGSHgqlQcBwKHkLBeyhIDQVNoaAmFGyHgsFQsJv8X31Zf2I37i89
        /hIDTAIvQAuQAawD50A5UAocALtAAVAH3AALjDNML7++ySR9c0b6pgzY59s318AikMI4w5z7yzPQSvpmDTgFKnFn
        SN/skb6pxZ0hfZMMdDHOMBOUbzJI35yTvinh+b7IJ3fGLd4Xnn3zyTjDPPG6M86ACt53hv/7QvqmiWSYcYZpJXeG
        f9/oneH5vkgCukmGgBjGGSaTb98E/o6QTPrmk9wZMf557nCGueD5/TBifDNC/o5eIJFxhjkV2neFwHaGkb5JAOYZ
        Z5gE8h0huO8KvneGkfdFEumbW8YZJkO03BdzwB3QwDjCGA==
        """)

    /// Two pictures, one after the other.
    static let animated = bytes(
        """
        UklGRpoCAABXRUJQVlA4WAoAAAASAAAAfwAAXwAAQU5JTQYAAAAAAAAAAABBTk1GCAEAAAAAAAAAAH8AAF8AAAAA
        AAJWUDgg8AAAANAKAJ0BKoAAYAAu0YjEYiQsLCwMANBLSDfHMsbH0B1998jQD8AOkRwD+Afxj8c9QR/jv81/JX+q
        7P/s/+aA/C/6J/QPxdAQcmcgMoh1ANsPUjfUCa8QRoKeEb1pOf3AAP7tp+abOy5DVMzxkdNh7Wtbm/dfIF9QFDId
        O18QIwrKgRrTaXMDMZeW0V7hr1yXERm8ddn6FHRMn5UFA2OpTxbSZ7hzsAGk4r8ni4NTpaTCf/TY26uA1QQhK8BC
        AsC7P1sxcWevff/xdN6f4XYqg7YRyOlbdwEuYoBqpYXOr4jtJWr99McZ38hQ99XE+c1AAEFOTUZeAQAAAAAAAAAA
        fwAAXwAAAAAAAEFMUEhLAAAAAQ8w/xERAmkkqaH/plc9UUBkRP8VuW3b8JjdPgMAAAAAAAAAAAAAAAAAAABAPSL/
        rZkX44aKXM0Trf0P3KuZF+OGilzNE639D9wLAFZQOCDyAAAAVAoAnQEqgABgAC7RiMRiAAANBLSDfHPJ6oUB1ytv
        MAD+AaYBzCOD/wD+Q/jxqBf8o/omr/7P/mgPwv+f/0b8aQEKXu6IUfiOUYMJiNr4pw7gWkl2QI+oS+meAAD+LO08
        5Xy4QBIA3P9iDCrrMbiL9FtD2UBJudB4aiPxkPO+hDdY9xzGPRXxIv3qzkCK61zl0JolQB4b0uKVdlONJ2YLj79G
        gGvt8CSIaOZP0oRJ1Gb4MnKUWnXTRF6FvniHnv15fVs2OO5vbn5Dgbc40/XWYIJG5SGlvmdClRUJgcKVBYmpqFSJ
        /4gT4pD2lMajZh4gAAA=
        """)

    private static func bytes(_ text: String) -> [UInt8] {
        [UInt8](Data(base64Encoded: text, options: .ignoreUnknownCharacters) ?? Data())
    }
}
