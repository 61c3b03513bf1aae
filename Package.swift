// swift-tools-version:6.2
import PackageDescription

// The floors of the house: a target imports only targets of a lower floor (CONTRIBUTING.md, "The house").
let package = Package(
    name: "beamsh",
    dependencies: [
        .package(url: "https://github.com/attaswift/BigInt", from: "6.0.1"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
    ],
    targets: [
        // Floor 0
        .target(name: "Support"),

        // Floor 1
        .target(
            name: "Terms",
            dependencies: [
                "Support",
                .product(name: "BigInt", package: "BigInt"),
                .product(name: "HashTreeCollections", package: "swift-collections"),
            ]),

        // Floor 3
        .target(
            name: "Tables",
            dependencies: ["Support", "Terms", .product(name: "BigInt", package: "BigInt")]),

        // Tests mirror Sources.
        .testTarget(name: "SupportTests", dependencies: ["Support"]),
        .testTarget(name: "TermsTests", dependencies: ["Terms"]),
        .testTarget(
            name: "TablesTests",
            dependencies: ["Tables", "Terms", "Support", .product(name: "BigInt", package: "BigInt")]),
    ],
    swiftLanguageModes: [.v6]
)

for target in package.targets where target.type != .system {
    target.swiftSettings =
        (target.swiftSettings ?? []) + [
            .enableUpcomingFeature("ExistentialAny"),
            .enableUpcomingFeature("MemberImportVisibility"),
            .enableUpcomingFeature("InternalImportsByDefault"),
            .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
        ]
}
