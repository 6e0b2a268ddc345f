package io.modelhub.catalog.condition;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class ConditionTest {

    private static final JsonMapper JSON = JsonMapper.shared();

    private static final String ATTRIBUTES = """
            {"tier":"gold","tokens":1200,"share":0.25,"beta":true,"nothing":null,"empty":"","no":[],"zero":0,
            "tags":["batch","eu"],"steps":[1,2,3],"user":{"id":7,"name":"Ann","roles":["admin"]},"words":"gpt-4o mini",
            "numeral":"12.5","items":[{"qty":1},{"qty":5}]}""";

    private static ObjectNode object(String json) {
        return JSON.readValue(json, ObjectNode.class);
    }

    private static Condition.Reading read(String expression) {
        return Condition.read(object(expression));
    }

    private static boolean holds(String expression, String attributes) {
        Condition.Reading reading = read(expression);
        assertThat(reading.problems()).as(expression).isEmpty();
        return reading.condition().holds(Condition.facts("acme", "Text", Condition.plain(object(attributes))));
    }

    /** Short for {@code {"var": "attributes.x"}}: {@code @x}. */
    private static String written(String expression) {
        return expression.replaceAll("@([a-z.0-9]+)", "{\"var\":\"attributes.$1\"}");
    }

    /** The value of the first column equals, as JavaScript's === has it, that of the second; {@code null} is null. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            # var
            {"var":"organization"}                       | "acme"
            {"var":"model_type"}                         | "Text"
            @tier                                        | "gold"
            {"var":["attributes.tier"]}                  | "gold"
            {"var":["attributes.absent",9]}              | 9
            {"var":["attributes.absent",@tokens]}        | 1200
            # A null that was sent is there: the default is for what is absent.
            {"var":["attributes.nothing",9]}             | null
            @absent                                      | null
            @user.name                                   | "Ann"
            @user.absent.deeper                          | null
            @tier.length                                 | null
            @tags.1                                      | "eu"
            @tags.2                                      | null
            @tags.99999999999                            | null
            # == converts, === doesn't
            {"==":[1,"1"]}                               | true
            {"==":[0,""]}                                | true
            {"==":[0,null]}                              | false
            {"==":[true,1]}                              | true
            {"==":["a",null]}                            | false
            {"==":[[1],1]}                               | true
            {"==":[["a","b"],"a,b"]}                     | true
            {"==":["1e3",1000]}                          | true
            {"==":["0x10",16]}                           | false
            {"==":["NaN","NaN"]}                         | true
            {"===":[1,"1"]}                              | false
            {"===":[1,1.0]}                              | true
            {"===":[null,@absent]}                       | true
            {"!=":[1,"1"]}                               | false
            {"!==":[1,"1"]}                              | true
            # A list equals itself alone.
            {"==":[@tags,@tags]}                         | true
            {"==":[[1],[1]]}                             | false
            # truth: an empty list is false, the text "0" and an empty object are true
            {"!!":[[]]}                                  | false
            {"!!":["0"]}                                 | true
            {"!!":""}                                    | false
            {"!!":0}                                     | false
            {"!":@user}                                  | false
            {"!":[@no]}                                  | true
            {"!":@absent}                                | true
            # and, or give the value that decides
            {"and":[1,"",3]}                             | ""
            {"and":[1,3]}                                | 3
            {"or":[0,null,"x",1]}                        | "x"
            {"or":[0,""]}                                | ""
            # if, in pairs
            {"if":[true,1,2]}                            | 1
            {"if":[false,1,2]}                           | 2
            {"if":[false,1]}                             | null
            {"if":[false,1,true,2,3]}                    | 2
            {"if":[false,1,false,2,3]}                   | 3
            {"?:":[@beta,"b","s"]}                       | "b"
            # comparisons; null counts as 0, text as its number, two texts by their characters
            {"<":[@tokens,4000]}                         | true
            {"<":[@absent,1]}                            | true
            {"<":[1,@tokens,4000]}                       | true
            {"<":[1200,@tokens,4000]}                    | false
            {"<=":[1200,@tokens,1200]}                   | true
            {">":["12",2]}                               | true
            {">":["b","a"]}                              | true
            {"<":["12","2"]}                             | true
            {">=":["x",1]}                               | false
            {"<":["x",1]}                                | false
            {">=":[@numeral,12.5]}                       | true
            # arithmetic
            {"+":[1,"2",3.5]}                            | 6.5
            {"+":"3.14 and more"}                        | 3.14
            {"*":[2,"3"]}                                | 6
            {"-":[5,2]}                                  | 3
            {"-":2}                                      | -2
            {"/":[1,4]}                                  | 0.25
            {"%":[101,2]}                                | 1
            {"%":[-5,3]}                                 | -2
            {"max":[1,3,2]}                              | 3
            {"min":[1,"-3",2]}                           | -3
            {">":[{"/":[1,0]},1000000]}                  | true
            {"!!":{"/":[0,0]}}                           | false
            # in: a part of a text, an element of a list
            {"in":["mini",@words]}                       | true
            {"in":["maxi",@words]}                       | false
            {"in":["eu",@tags]}                          | true
            {"in":["1",[1,2]]}                           | false
            {"in":[1,[1,2]]}                             | true
            {"in":[@tier,["silver","gold"]]}             | true
            {"in":["x",@absent]}                         | false
            # substr
            {"substr":[@words,0,4]}                      | "gpt-"
            {"substr":[@words,-4]}                       | "mini"
            {"substr":[@words,-4,2]}                     | "mi"
            {"substr":[@words,4,-5]}                     | "4o"
            {"substr":[@words,99]}                       | ""
            {"substr":[@words,0,1e99]}                   | "gpt-4o mini"
            {"substr":[@words,"x",3]}                    | "gpt"
            # walks see the element alone
            {"some":[@tags,{"==":[{"var":""},"eu"]}]}    | true
            {"all":[@steps,{">":[{"var":""},0]}]}        | true
            {"none":[@steps,{">":[{"var":""},3]}]}       | true
            {"some":[@items,{">":[{"var":"qty"},4]}]}    | true
            {"some":[@items,{"var":"attributes"}]}       | false
            {"all":[@no,true]}                           | false
            {"none":[@no,true]}                          | true
            {"some":[@tier,true]}                        | false
            {"none":[@tier,true]}                        | true
            # missing: absent, null or the empty text
            {"in":["attributes.absent",{"missing":["attributes.tier","attributes.absent"]}]} | true
            {"!":{"missing":["attributes.tier"]}}        | true
            {"!":{"missing":"attributes.empty"}}         | false
            {"!":{"missing":[["attributes.nothing"]]}}   | false
            {"!":{"missing":["attributes.zero"]}}        | true
            {"!":{"missing_some":[1,["attributes.tier","attributes.absent"]]}} | true
            {"!":{"missing_some":[2,["attributes.tier","attributes.absent"]]}} | false
            """)
    void givesTheValue(String expression, String expected) {
        String same = "{\"===\":[%s,%s]}".formatted(written(expression), expected);

        assertThat(holds(same, ATTRIBUTES)).as(same).isTrue();
    }

    @Test
    void holdsWhenItIsEmpty() {
        assertThat(holds("{}", "{}")).isTrue();
    }

    /** The path says where; all problems come at once. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"xor":[1,2]}                                       | xor unknown_operator
            {"and":[true,{"==":[1]}]}                           | and[1].== arguments
            {"and":[]}                                          | and arguments
            {"!":[1,2]}                                         | ! arguments
            {"<":[1,2,3,4]}                                     | < arguments
            {">":[1,2,3]}                                       | > arguments
            {"a":1,"b":2}                                       | malformed
            {"or":[{},1]}                                       | or[0] malformed
            {"==":[{"var":"tier"},"gold"]}                      | ==[0].var unknown_variable
            {"==":[{"var":["user.id",1]},7]}                    | ==[0].var unknown_variable
            {"!":{"missing":["attributes.a","b"]}}              | !.missing unknown_variable
            {"missing_some":[1,["a"]]}                          | missing_some unknown_variable
            {"some":[{"var":"attributes.l"},{"all":[[1],true]}]} | some[1].all nested
            {"map":[[1],2]}                                     | map unknown_operator
            {"reduce":[[1],2,3]}                                | reduce unknown_operator
            {"cat":["a","b"]}                                   | cat unknown_operator
            {"log":"a"}                                         | log unknown_operator
            """)
    void saysWhatIsWrongAndWhere(String expression, String problem) {
        assertThat(read(expression).problems())
                .extracting(found -> (found.at() + " " + found.code()).strip())
                .containsExactly(problem);
    }

    @Test
    void reportsEveryProblemAtOnce() {
        assertThat(read("{\"and\":[{\"xor\":1},{\"==\":[1]},{\"var\":\"x\"}]}").problems())
                .extracting(Condition.Problem::at)
                .containsExactly("and[0].xor", "and[1].==", "and[2].var");
    }

    @Test
    void boundsDepthAndSize() {
        assertThat(read("{\"!\":".repeat(19) + "1" + "}".repeat(19)).problems()).isEmpty();
        assertThat(read("{\"!\":".repeat(20) + "1" + "}".repeat(20)).problems())
                .extracting(Condition.Problem::code)
                .containsExactly("depth");
        assertThat(read("{\"or\":[" + "0,".repeat(498) + "1]}").problems()).isEmpty();
        assertThat(read("{\"or\":[" + "0,".repeat(499) + "1]}").problems())
                .extracting(Condition.Problem::code)
                .containsExactly("length");
    }

    @Test
    void seesNoOrganizationAsNull() {
        Condition condition = read("{\"==\":[{\"var\":\"organization\"},null]}").condition();

        assertThat(condition.holds(Condition.facts(null, "Text", Map.of()))).isTrue();
        assertThat(condition.holds(Condition.facts("acme", "Text", Map.of()))).isFalse();
    }
}
