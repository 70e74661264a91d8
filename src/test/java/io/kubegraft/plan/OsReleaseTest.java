package io.kubegraft.plan;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OsReleaseTest {
  @ParameterizedTest
  @CsvSource({
    "Debian GNU/Linux 12 (bookworm),debian,12,DEBIAN",
    "Debian GNU/Linux trixie/sid,debian,'',DEBIAN",
    "Ubuntu 22.04.5 LTS,ubuntu,22.04,DEBIAN",
    "Rocky Linux 9.4 (Blue Onyx),rocky,9,RED_HAT",
    "Red Hat Enterprise Linux 8.9 (Ootpa),red,8,RED_HAT",
    "Oracle Linux Server 8.9,oracle,8,RED_HAT",
    "Amazon Linux 2,amazon,2,RED_HAT",
    "CentOS Stream 9,centos,9,RED_HAT",
    "openSUSE Leap 15.5,opensuse,15,SUSE",
    "Flatcar Container Linux by Kinvolk 3510.2.1 (Oklo),flatcar,3510,FLATCAR",
    "Container Linux by CoreOS 2605.12.0,container,2605,FLATCAR",
    "Void,void,'',OTHER"
  })
  void isReadFromASystemsLongName(
      String longName, String distribution, String version, OsFamily family) {
    assertThat(OsRelease.of(longName)).isEqualTo(new OsRelease(distribution, version));
    assertThat(OsRelease.of(longName).family()).isEqualTo(family);
  }

  @ParameterizedTest
  @CsvSource({
    "Ubuntu 22.04.4 LTS,Ubuntu 22.04.5 LTS,true",
    "Ubuntu 22.04.4 LTS,Ubuntu 24.04.1 LTS,false",
    "Rocky Linux 9.3 (Blue Onyx),Rocky Linux 9.4 (Blue Onyx),true",
    "Rocky Linux 9.3 (Blue Onyx),AlmaLinux 9.3 (Shamrock Pampas Cat),false",
    "Debian GNU/Linux 12 (bookworm),Debian GNU/Linux 13 (trixie),false"
  })
  void isTheSameWhereOnlyPatchesDiffer(String one, String other, boolean same) {
    assertThat(OsRelease.same(one, other)).isEqualTo(same);
  }
}
