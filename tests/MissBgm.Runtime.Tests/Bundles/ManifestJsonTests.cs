using MissBgm.Runtime.Bundles;
using MissBgm.Runtime.Models.Pfn;

namespace MissBgm.Runtime.Tests.Bundles;

public sealed class ManifestJsonTests
{
    [Fact]
    public void Every_enumeration_of_a_manifest_and_of_what_follows_from_it_is_written_by_name()
    {
        var found = new HashSet<Type>();
        Visit(typeof(Manifest), found);
        Visit(typeof(PfnManifest), found);
        var enumerations = found.Where(type => type.IsEnum).ToArray();
        Assert.Contains(typeof(MaskVerdict), enumerations);
        var converters = ManifestJson.Options(ManifestTypes.Default, newer: false).Converters;
        Assert.All(enumerations, type => Assert.Contains(converters, converter => converter.CanConvert(type)));
    }

    private static void Visit(Type type, HashSet<Type> found)
    {
        foreach (var argument in type.GetGenericArguments()) Visit(argument, found);
        if (type.Assembly != typeof(Manifest).Assembly || !found.Add(type)) return;
        foreach (var property in type.GetProperties()) Visit(property.PropertyType, found);
    }
}
