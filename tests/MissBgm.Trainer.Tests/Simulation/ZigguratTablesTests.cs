using MissBgm.Trainer.Simulation;

namespace MissBgm.Trainer.Tests.Simulation;

public sealed class ZigguratTablesTests
{
    [Fact]
    public void Tables_equal_numpys_constants_bit_for_bit()
    {
        // SHA-256 of wi_double, ki_double and fi_double as they stand in NumPy 1.24's libnpyrandom.a.
        Assert.Equal("33c6472209e1d09ea3548f0291e5e1ad67fb4f1d0305e9f1086689584b7bb7fa", Fixture.Hash<double>(ZigguratTables.Normal.Width));
        Assert.Equal("565295797825931547a1036f5b012a247be54abbe077c39fe06c8ed1e9d0a5a9", Fixture.Hash<ulong>(ZigguratTables.Normal.Inside));
        Assert.Equal("acd898d9d87e212f657755ba43b21e40958090a7ff2103c9e79f4ea1b0fe2bc5", Fixture.Hash<double>(ZigguratTables.Normal.Density));
    }
}
