using MissBgm.Runtime.Tables;
using MissBgm.Trainer.Configuration;
using MissBgm.Trainer.Tests.Simulation;

namespace MissBgm.Trainer.Tests.Tables;

/// <summary>Public tables with gaps of their own are read with defaults, where the data are beside the repository; bench/native fits them.</summary>
public sealed class PublicTablesTests
{
    [Fact]
    public void Every_table_is_read_and_has_columns_to_model()
    {
        if (Fixture.FindUpwards("shared/data/real/native_missing") is not { } folder) return;
        var files = Directory.GetFiles(folder, "*.csv");
        Assert.NotEmpty(files);
        Assert.All(files, file =>
        {
            var table = TableReader.Read(file);
            var schema = ModelFit.Columns(table, new FitConfig());
            Assert.Equal(table.Columns, schema.Columns.Count + schema.Carried.Count);
            Assert.InRange(schema.Modelled.Count, 2, table.Columns);
            Assert.True(table.MissingCells > 0, file);
            var encoded = schema.Encode(table);
            Assert.True(encoded.Observed.Sum() > 0 && Array.TrueForAll(encoded.Values, float.IsFinite), file);
        });
    }
}
