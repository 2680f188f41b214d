//! Roots of public CAs that Mozilla no longer trusts for TLS, though certificates below them, and other stores that hold
//! them, are still about. The digest is of the root certificate (SHA-256), then its name.

pub(super) const FORMER_ROOTS: &[(&str, &str)] = &[
    (
        "d7a7a0fb5d7e2731d771e9484ebcdef71d5f0c3e0a2948782bc83ee0ea699ef4",
        "AAA Certificate Services",
    ),
    (
        "0376ab1d54c5f9803ce4b2e201a0ee7eef7b57b636e8a93c9b8d4860c96f5fa7",
        "AffirmTrust Commercial",
    ),
    (
        "0a81ec5a929777f145904af38d5d509f66b5e2c58fcdb531058b0e17f3f0b41b",
        "AffirmTrust Networking",
    ),
    (
        "70a73f7f376b60074248904534b11482d5bf0e698ecc498df52577ebf2e93b9a",
        "AffirmTrust Premium",
    ),
    (
        "bd71fdf6da97e4cf62d1647add2581b07d79adf8397eb4ecba9c5e8488821423",
        "AffirmTrust Premium ECC",
    ),
    (
        "f356bea244b7a91eb35d53ca9ad7864ace018e2d35d5f8f96ddf68a6f41aa474",
        "Atos TrustedRoot 2011",
    ),
    (
        "16af57a9f676b0ab126095aa5ebadef22ab31119d644ac95cd4b93dbf3f26aeb",
        "Baltimore CyberTrust Root",
    ),
    (
        "0c2cd63df7806fa399ede809116b575bf87989f06518f9808c860503178baf66",
        "COMODO Certification Authority",
    ),
    (
        "e3b6a2db2ed7ce48842f7ac53241c7b71d54144bfb40c11f3f1d0b42f5eea12d",
        "Certigna",
    ),
    (
        "3e9099b5015e8f486c00bcea9d111ee721faba355a89bcf1df69561e3dc6325c",
        "DigiCert Assured ID Root CA",
    ),
    (
        "4348a0e9444c78cb265e058d5e8944b4d84f9662bd26db257f8934a443c70161",
        "DigiCert Global Root CA",
    ),
    (
        "7431e5f4c3c1ce4690774f0b61e05440883ba9a01ed00ba6abd7806ed3b118cf",
        "DigiCert High Assurance EV Root CA",
    ),
    (
        "73c176434f1bc6d5adf45b0e76e727287c8de57616c1e6e6141a2b2cbc7d8e4c",
        "Entrust Root Certification Authority",
    ),
    (
        "02ed0eb28c14da45165c566791700d6451d7fb56f0b2ab1d3b8eb070e56edff5",
        "Entrust Root Certification Authority - EC1",
    ),
    (
        "43df5774b03e7fef5fe40d931a7bedf1bb2e6b42738c4e6d3841103d3aa7f339",
        "Entrust Root Certification Authority - G2",
    ),
    (
        "db3517d1f6732a2d5ab97c533ec70779ee3270a62fb4ac4238372460e6f01e88",
        "Entrust Root Certification Authority - G4",
    ),
    (
        "6dc47172e01cbcb0bf62580d895fe2b8ac9ad4f873801e0c10b9c837d21eb177",
        "Entrust.net Certification Authority (2048)",
    ),
    (
        "9a296a5182d1d451a2e37f439b74daafa267523329f90f9a0d2007c334e23c9a",
        "GLOBALTRUST 2020",
    ),
    (
        "ebd41040e4bb3ec742c9e381d31ef2a41a48b6685c96e7cef3c1df6cd4331c99",
        "GlobalSign Root CA",
    ),
    (
        "c3846bf24b9e93ca64274c0ec67c1ecc5e024ffcacd2d74019350e81fe546ae4",
        "Go Daddy Class 2 Certification Authority",
    ),
    (
        "85a0dd7dd720adb7ff05f83d542b209dc7ff4528f7d677b18389fea5e5c49e86",
        "QuoVadis Root CA 2",
    ),
    (
        "18f1fc7f205df8adddeb7fe007dd57e3af375a9c4d8d73546bf4f1fed1e18d35",
        "QuoVadis Root CA 3",
    ),
    (
        "4200f5043ac8590ebb527d209ed1503029fbcbd41ca1b506ec27f15ade7dac69",
        "Secure Global CA",
    ),
    (
        "bf0feefb9e3a581ad5f9e9db7589985743d261085c4d314f6f5d7259aa421612",
        "SecureSign RootCA11",
    ),
    (
        "f1c1b50ae5a20dd8030ec9f6bc24823dd367b5255759b4e71b61fce9f7375d73",
        "SecureTrust CA",
    ),
    (
        "24a55c2ab051442d0617766541239a4ad032d7c55175aa34ffde2fbc4f5c5294",
        "Security Communication RootCA3",
    ),
    (
        "1465fa205397b876faa6f0a9958e5590e40fcc7faa4fb7c2c8677521fb5fb658",
        "Starfield Class 2 Certification Authority",
    ),
    (
        "62dd0be9b9f50a163ea0f8e75c053b1eca57ea55c8688f647c6881f2c8357b95",
        "SwissSign Gold CA - G2",
    ),
    (
        "be6c4da2bbb9ba59b6f3939768374246c3c005993fa98f020d1dedbed48a81d5",
        "SwissSign Silver CA - G2",
    ),
    (
        "dd6936fe21f8f077c123a1a521c12224f72255b73e03a7260693e8a24b0fa389",
        "TeliaSonera Root CA v1",
    ),
    (
        "97552015f5ddfc3c8788c006944555408894450084f100867086bc1a2bb58dc8",
        "Trustwave Global Certification Authority",
    ),
    (
        "945bbc825ea554f489d1fd51a73ddf2ea624ac7019a05205225c22a78ccfa8b4",
        "Trustwave Global ECC P256 Certification Authority",
    ),
    (
        "55903859c8c0c3ebb8759ece4e2557225ff5758bbd38ebd48276601e1bd58097",
        "Trustwave Global ECC P384 Certification Authority",
    ),
    (
        "cecddc905099d8dadfc5b1d209b737cbe2c18cfb2c10c0ff0bcf0d3286fc1aa2",
        "XRamp Global Certification Authority",
    ),
    (
        "eaa962c4fa4a6bafebe415196d351ccd888d4f53f3fa8ae6d7c466a94e6042bb",
        "certSIGN ROOT CA",
    ),
    (
        "c0a6f4dc63a24bfdcf54ef2a6a082a0a72de35803e2ff5ff527ae5d87206dfd5",
        "ePKI Root Certification Authority",
    ),
    (
        "86a1ecba089c4a8d3bbe2734c612ba341d813e043cf9e8a862cd5c57a36bbe6b",
        "emSign ECC Root CA - G3",
    ),
];
